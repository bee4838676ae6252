internal import Base
internal import Glibc

extension PlantedFault {
    /// The fault that a test has asked for; never any in a release build.
    static func asked() throws(UsageError) -> PlantedFault? {
        #if DEBUG
            guard let words = getenv("CONFAB_PLANTED_FAULT"), words.pointee != 0 else { return nil }
            let name = String(cString: words)
            // A slip of the keyboard must not be taken for a fault that nobody found.
            guard let fault = PlantedFault(named: name) else { throw UsageError("no planted fault is called \(name)") }
            return fault
        #else
            return nil
        #endif
    }
}

/// Makes small images of large ones. It waits for that, so that it is for threads that may.
public protocol ImageShrinker: Sendable {
    /// What is made, such as `image/jpeg`.
    var contentType: String { get }

    /// A smaller image that shows the same, turned as it is to be shown, and with nothing in it but that.
    func shrink(_ image: OpenFile) throws(ShrinkFailure) -> [UInt8]
}

public enum ShrinkFailure: Error, Equatable, Sendable {
    /// Nothing can be made of this image, however often it is tried.
    case impossible
    /// Not now; the text is for the log.
    case unavailable(String)
}

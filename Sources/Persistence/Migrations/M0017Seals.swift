extension Migration {
    /// Every page has a checksum (`PageSeal`). The whole file is written anew for it, once.
    static let seals = Migration(number: 17, sql: "", writesAnew: true)
}

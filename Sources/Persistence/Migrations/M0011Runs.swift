extension Migration {
    /// The name of the run that writes here, another one each time that it has been stopped in order.
    static let runs = Migration(
        number: 11, sql: "INSERT INTO meta VALUES ('run', lower(hex(randomblob(8))))")
}

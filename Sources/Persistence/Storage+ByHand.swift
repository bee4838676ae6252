package import Base

extension Storage.Ground {
    /// A database alone, without threads of its own: who asks for it takes the turns of committer and readers, and no
    /// files can be uploaded.
    /// - Parameters:
    ///   - vfs: SQLite's name of the file system in which the database is.
    ///   - planted: a fault for tests to find.
    package init(byHandAt path: String, vfs: String, pace: CommitterTurns.Pace, planted: PlantedFault?) {
        self.init(
            path: path, vfs: vfs, files: NoFiles(), readerCount: 0, fileThreadCount: 0, backupThreadCount: 0,
            pace: pace,
            planted: planted)
    }
}

internal import Admin
internal import Auth
internal import Base
internal import Persistence
internal import REST
internal import Telemetry

extension Assembly {
    /// How each part of the server is.
    static func health(
        _ storage: Storage, _ recorder: SeriesRecorder, _ configuration: Configuration, time: TimeSource
    ) -> [Route] {
        let everyHours = configuration.backupEveryHours, limits = configuration.limits
        return HealthCheckRoutes(version: version, time: time) {
            var reading = HealthReading()
            let begun = time.instant()
            // False also while the disk is full, which is told by itself.
            reading.isShortOfRoom = storage.isShortOfRoom
            reading.canCommit = await storage.isWriting() || reading.isShortOfRoom
            reading.commitMilliseconds = time.instant().milliseconds(since: begun)
            let disk = storage.disk, figures = await recorder.glance()
            reading.databaseByteCount = disk.databaseByteCount
            reading.diskFreeByteCount = disk.freeByteCount
            reading.diskByteCount = disk.byteCount
            reading.logByteCount = Int64(storage.numbers.logByteCount.reading)
            reading.logBytesMax = Int64(limits.logBytesMax)
            reading.commitCount = figures[.commits]
            reading.commitWorst = figures[.commitWorst]
            let most = [
                "journal": limits.journalQueueMax, "reader": limits.readQueueMax, "file": limits.fileQueueMax,
                "search": limits.searchQueueMax, "password": limits.passwordQueueMax,
            ]
            reading.queues = recorder.metrics.queues.map { ($0.name, $0.count, most[$0.name] ?? .max) }
            reading.backupEveryHours = everyHours
            reading.backupMadeAt = (try? await storage.backups.list())?.first?.madeAt
            let integrity = storage.integrity.report
            reading.damagedCount = integrity.damagedCount
            reading.lookedAt = integrity.lookedAt
            return reading
        }.routes
    }
}

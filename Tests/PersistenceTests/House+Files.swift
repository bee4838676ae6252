import Base
import Channels
import TestSupport

@testable import Persistence

extension House {
    func upload(
        _ bytes: [UInt8], as name: String = "a.txt", by user: UserID, limits: Limits = House.limits
    ) async throws(FileFailure) -> StoredFile {
        try await storage.files.upload(bytes, as: name, by: user, limits: limits)
    }

    func upload(_ text: String, by user: UserID) async throws(FileFailure) -> StoredFile {
        try await upload(Array(text.utf8), by: user)
    }

    /// Says something that refers to files.
    @discardableResult
    func send(_ files: [StoredFile], as name: String, in channel: ChannelID, by user: UserID) async throws -> Message {
        var details = MessageDetails()
        details.kind = .file
        details.attachments = files.map { MessageDetails.Attachment(file: $0.id) }
        let send = SendMessage(channel: channel, clientMessageID: .init(name), text: [], details: details)
        let result = await storage.journal.commit(.sendMessage(send), as: user)
        guard case .success(.sent(let message, _)) = result else { throw Unanswered(result: result) }
        return message
    }

    func told(_ command: Command, as user: UserID) async throws {
        let result = await storage.journal.commit(command, as: user)
        guard case .success = result else { throw Unanswered(result: result) }
    }

    func group(_ members: [UserID], by owner: UserID, history: ChannelProfile.History = .all) async throws -> ChannelID
    {
        var profile = ChannelProfile(name: "group")
        profile.history = history
        let made = await storage.journal.commit(
            .createChannel(CreateChannel(profile: profile, members: members)), as: owner)
        guard case .success(.opened(let summary, _)) = made else { throw Unanswered(result: made) }
        return summary.channel
    }

    /// Those of some users who may read a file.
    func readers(of file: StoredFile, among users: [UserID]) async throws -> [UserID] {
        var readers: [UserID] = []
        for user in users where try await storage.files.file(file.id, for: user) == file { readers.append(user) }
        return readers
    }

    /// Names of everything in the directory of files, without the directories.
    var blobs: [String] {
        let files = directory.file("files")
        return Files.names(in: files).flatMap { inner in Files.names(in: "\(files)/\(inner)") }.sorted()
    }

    /// Whether the directory comes to hold exactly these within half a minute.
    func comesToHold(_ hashes: Set<[UInt8]>) async throws -> Bool {
        let wanted = hashes.map(\.hexadecimal).sorted()
        for _ in 1...600 {
            if blobs == wanted { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}

extension UploadedFiles {
    func upload(
        _ bytes: [UInt8], as name: String, by user: UserID, limits: Limits
    ) async throws(FileFailure) -> StoredFile {
        let incoming = try await receive(for: user, byteCount: bytes.count, within: limits)
        try await incoming.write(bytes)
        return try await incoming.finish(as: name)
    }
}

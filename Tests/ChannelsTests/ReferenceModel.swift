import Base
import Channels

/// What the ledger's answers must come to, worked out the slow way: whole logs, and a recount for every answer.
struct ReferenceModel {
    struct Said: Equatable {
        var sender: UserID
        var name: String
        var text: String
    }

    struct Room {
        var members: Set<UserID>
        var said: [Said] = []
        var read: [UserID: Int64] = [:]

        func unread(of user: UserID) -> Int64 {
            Int64(said.indices.filter { Int64($0) + 1 > read[user] ?? 0 }.count)
        }
    }

    var rooms: [ChannelID: Room] = [:]
    /// How many channels each user has been told of.
    var added: [UserID: Int64] = [:]

    mutating func open(_ channel: ChannelID, _ members: Set<UserID>) {
        guard rooms[channel] == nil else { return }
        rooms[channel] = Room(members: members)
        for member in members { added[member, default: 0] += 1 }
    }

    enum SendAnswer: Equatable {
        case sent(number: Int64, isDuplicate: Bool)
        case refused(Rejection.Code)
    }

    mutating func send(_ text: String, as name: String, in channel: ChannelID, by user: UserID) -> SendAnswer {
        guard var room = rooms[channel], room.members.contains(user) else { return .refused(.notFound) }
        if let first = room.said.firstIndex(where: { $0.sender == user && $0.name == name }) {
            guard room.said[first].text == text else { return .refused(.idempotencyMismatch) }
            return .sent(number: Int64(first) + 1, isDuplicate: true)
        }
        room.said.append(Said(sender: user, name: name, text: text))
        room.read[user] = Int64(room.said.count)
        rooms[channel] = room
        return .sent(number: Int64(room.said.count), isDuplicate: false)
    }

    /// `nil` when it is refused.
    mutating func mark(_ number: Int64, in channel: ChannelID, by user: UserID) -> (read: Int64, unread: Int64)? {
        guard var room = rooms[channel], room.members.contains(user) else { return nil }
        let read = max(room.read[user] ?? 0, min(number, Int64(room.said.count)))
        room.read[user] = read
        rooms[channel] = room
        return (read, room.unread(of: user))
    }
}

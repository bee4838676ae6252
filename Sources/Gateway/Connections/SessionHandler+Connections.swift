internal import Base
internal import Channels
internal import WSServer

/// What an operator sees of this worker's connections, and does about them.
extension SessionHandler {
    func hear(_ order: ConnectionsOrder) {
        switch order.content {
        case .list(let filter, let after, let limit, let question):
            let found = seats.values.filter { $0.connection.rawValue > after }.map(card).filter(filter.matches)
            question.answer(Array(found.sorted { $0.place.connection < $1.place.connection }.prefix(limit)))
        case .close(let filter, let question):
            let found = seats.values.filter { filter.matches(card(of: $0)) }
            // Each comes back at its own time, and resumes: whoever is to stay away is kept out as a user.
            for seat in found {
                close(seat, .serverRestart, retryAfterMilliseconds: Int.random(in: 500...5_000, using: &random))
            }
            question.answer(found.count)
        }
    }

    private func card(of seat: Seat) -> ConnectionCard {
        let age = outlet.now.milliseconds(since: seat.session.openedAt)
        return ConnectionCard(
            place: ConnectionCard.Place(worker: worker, connection: seat.connection.rawValue), user: seat.user,
            login: seat.session.identity?.login, address: outlet.address(of: seat.connection),
            since: services.time.now().adding(milliseconds: -age), isStream: seat.isStream,
            queuedByteCount: outlet.queuedByteCount(of: seat.connection))
    }
}

extension Switchboard {
    /// Connections in the order of their places, behind one of them.
    func connections(
        _ filter: ConnectionFilter, after place: ConnectionCard.Place?, limit: Int
    ) async -> [ConnectionCard] {
        var found: [ConnectionCard] = []
        for worker in (place?.worker ?? 0)..<max(workerCount, place?.worker ?? 0) {
            guard found.count < limit else { break }
            let after = place?.worker == worker ? place?.connection ?? 0 : 0
            let rest = limit - found.count
            found += await ask(worker) { .list(filter, after: after, limit: rest, $0) } ?? []
        }
        return found
    }

    /// Closes connections, and says how many there were.
    func close(_ filter: ConnectionFilter) async -> Int {
        var count = 0
        for worker in 0..<workerCount { count += await ask(worker) { .close(filter, $0) } ?? 0 }
        return count
    }

    private func ask<Answer: Sendable>(
        _ worker: Int, _ order: (Question<Answer>) -> ConnectionsOrder.Content
    ) async -> Answer? {
        await withCheckedContinuation { asker in
            post(.connections(ConnectionsOrder(order(Question(asker)))), to: worker)
        }
    }
}

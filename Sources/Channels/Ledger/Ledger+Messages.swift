internal import Base

/// Messages and what becomes of them.
extension Ledger {
    mutating func decide(_ send: SendMessage, by user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        let channel = try loaded(send.channel)
        if let first = try repeated(send, by: user) { return first }
        try allowed { () throws(Rejection) in try channel.state.allow(.send, by: user) }
        let details = try complete(send, in: channel, by: user)
        try takeSendToken(of: user, at: now)
        return try say(send.decide(in: channel.state, by: user, details, at: now), in: channel)
    }

    mutating func decide(
        _ forward: ForwardMessage, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let target = try loaded(forward.target)
        if let first = try repeated(forward, by: user) { return first }
        let source = try message(forward.number, in: try loaded(forward.source), for: user)
        try allowed { () throws(Rejection) in try target.state.allow(.send, by: user) }
        try takeSendToken(of: user, at: now)
        let fingerprint = try stored { store throws(StoreFailure) in try store.fingerprint(of: forward.content) }
        let send = SendMessage(
            channel: forward.target, clientMessageID: forward.clientMessageID, text: source.text)
        return try say(
            send.decide(
                in: target.state, by: user, forward.details(of: source, fingerprint: fingerprint), at: now), in: target)
    }

    private mutating func say(_ message: Message, in channel: Loaded) throws(Interruption) -> Decision {
        #if DEBUG
            var message = message
            if planted == .offByOne, message.number % PlantedFault.interval == 0 { message.number += 1 }
        #endif
        let event = Event(message)
        try append(event)
        channel.state.members[message.sender]?.readNumber = message.number
        note(message.number, in: message.channel, by: message.sender, at: message.createdAt)
        if !message.isPlain {
            if let thread = message.details.thread {
                try stored { store throws(StoreFailure) in
                    try store.addReply(message.number, to: thread, in: message.channel)
                }
            }
            try mention(message.details.mentions, by: message.number, of: message.sender, in: channel)
            let files = message.details.attachments.map(\.file)
            if !files.isEmpty {
                try stored { store throws(StoreFailure) in
                    try store.refer(to: files, by: message.number, in: message.channel)
                }
            }
        }
        if channel.state.mentions[message.sender] != nil {
            try forgetRead(by: message.sender, in: channel)
            book.read(message.channel, by: message.sender)
        } else if channel.state.marks[message.sender]?.isOpen == true {
            book.read(message.channel, by: message.sender)
        }
        return Decision(.sent(message, isDuplicate: false), events: [event])
    }

    /// What the sender chose, with what the server knows of it.
    private mutating func complete(
        _ send: SendMessage, in channel: Loaded, by user: UserID
    ) throws(Interruption) -> MessageDetails {
        let mentioned = try mentioned(in: send.text, of: channel.state, by: user)
        guard !send.isPlain || !mentioned.isEmpty else { return .plain }
        var details = send.details
        details.mentions = mentioned
        if let number = details.replyTo {
            let answered = try message(number, in: channel, for: user)
            details.thread = answered.details.thread ?? number
        }
        for index in details.attachments.indices {
            let id = details.attachments[index].file
            guard let file = try stored({ store throws(StoreFailure) in try store.file(id, of: user) }) else {
                throw .rejected(.invalid("/attachments/\(index)/file_id", "not_found", "there is no such file"))
            }
            guard details.kind != .image || ContentSignature.isImage(file.contentType ?? "") else {
                throw .rejected(.invalid("/attachments/\(index)/file_id", "not_an_image", "this file is no image"))
            }
            details.attachments[index] = file
        }
        return details
    }

    // MARK: Mentions

    /// Members whom a text names, besides who says it.
    private mutating func mentioned(
        in text: [UInt8], of state: ChannelState, by user: UserID
    ) throws(Interruption) -> [UserID] {
        var users: [UserID] = []
        for name in Mentions.names(in: text, countMax: limits.mentionsMax) {
            guard let card = try stored({ store throws(StoreFailure) in try store.user(named: name) }),
                card.id != user, state.members[card.id] != nil, !users.contains(card.id)
            else { continue }
            users.append(card.id)
        }
        return users.sorted()
    }

    private mutating func mention(
        _ users: [UserID], by number: Int64, of sender: UserID, in channel: Loaded
    ) throws(Interruption) {
        let id = channel.state.id
        for user in users where channel.state.sees(number, user) {
            guard let member = channel.state.members[user], member.readNumber < number else { continue }
            book.ask(NewNotification(.mention, to: user, from: sender, about: .message(id, number)))
            try stored { store throws(StoreFailure) in try store.addMention(of: user, by: number, in: id) }
            var numbers = channel.state.mentions[user] ?? []
            numbers.insert(number, at: numbers.firstIndex { $0 > number } ?? numbers.endIndex)
            channel.state.mentions[user] = numbers
        }
    }

    private mutating func unmention(
        _ users: [UserID], by number: Int64, in channel: Loaded
    ) throws(Interruption) {
        let id = channel.state.id
        for user in users where channel.state.mentions[user]?.contains(number) == true {
            try stored { store throws(StoreFailure) in try store.removeMention(of: user, by: number, in: id) }
            channel.state.mentions[user]?.removeAll { $0 == number }
            if channel.state.mentions[user]?.isEmpty == true { channel.state.mentions[user] = nil }
        }
    }

    /// What a member has read is no longer counted.
    private mutating func forgetRead(by user: UserID, in channel: Loaded) throws(Interruption) {
        guard let member = channel.state.members[user], channel.state.mentions[user] != nil else { return }
        let id = channel.state.id
        try stored { store throws(StoreFailure) in
            try store.removeMentions(of: user, through: member.readNumber, in: id)
        }
        channel.state.mentions[user]?.removeAll { $0 <= member.readNumber }
        if channel.state.mentions[user]?.isEmpty == true { channel.state.mentions[user] = nil }
    }

    // MARK: Changing

    mutating func decide(_ edit: EditMessage, by user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        let channel = try loaded(edit.channel)
        let message = try message(edit.number, in: channel, for: user)
        let mentioned = try mentioned(in: edit.text, of: channel.state, by: user)
        let fingerprint = try fingerprint(of: message)
        let edited = try allowed { () throws(Rejection) in
            try edit.decide(
                on: message, in: channel.state, by: user, mentions: mentioned, fingerprint: fingerprint, at: now)
        }
        try takeSendToken(of: user, at: now)
        try stored { store throws(StoreFailure) in try store.amend(edited) }
        let before = message.details.mentions
        try unmention(before.filter { !mentioned.contains($0) }, by: message.number, in: channel)
        try mention(mentioned.filter { !before.contains($0) }, by: message.number, of: user, in: channel)
        var event = Event(
            channel: edit.channel, seq: channel.state.head.seq + 1, at: now, fact: .messageUpdated(edited))
        event.unseenBy = channel.state.unseeing(edit.number)
        try append(event)
        return Decision(.edited(edited, seq: event.seq), events: [event])
    }

    /// Of what was first sent under the message's name.
    private mutating func fingerprint(of message: Message) throws(Interruption) -> [UInt8] {
        if let first = message.details.fingerprint { return first }
        return try stored { store throws(StoreFailure) in
            try store.fingerprint(of: SendMessage.content(message.text, message.details))
        }
    }

    mutating func decide(
        _ delete: DeleteMessages, by user: UserID, as authority: Authority, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let channel = try loaded(delete.channel)
        let targets = try allowed { () throws(Rejection) in
            try delete.targets(in: channel.state, by: user, as: authority, limits)
        }
        switch delete.scope {
        case .me: return try hide(targets, in: channel, from: user, at: now)
        case .all: return try erase(targets, delete, in: channel, by: user, as: authority, at: now)
        }
    }

    private mutating func hide(
        _ targets: NumberRanges, in channel: Loaded, from user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        guard !targets.isEmpty else {
            return Decision(.deleted(seq: nil, personalSeq: try personalHead(of: user).seq))
        }
        let id = channel.state.id
        for range in targets.ranges {
            let change = channel.state.hidden[user, default: NumberRanges()].insert(range)
            try stored { store throws(StoreFailure) in try store.changeHidden(change, of: user, in: id) }
        }
        for number in channel.state.mentions[user] ?? [] where targets.contains(number) {
            try unmention([user], by: number, in: channel)
        }
        let data = JSONWriter.object { json in
            json.member("channel", id)
            json.array("message_numbers") { json in targets.write(to: &json) }
        }
        let event = try personalNote(.messageHidden, to: user, about: id, at: now, data)
        return Decision(.deleted(seq: nil, personalSeq: event.seq), events: [event])
    }

    private mutating func erase(
        _ targets: NumberRanges, _ delete: DeleteMessages, in channel: Loaded, by user: UserID,
        as authority: Authority, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let id = channel.state.id
        var messages: [Message] = []
        for range in targets.ranges {
            messages += try stored { store throws(StoreFailure) in try store.messages(range, in: id) }
        }
        try allowed { () throws(Rejection) in
            try delete.decide(on: messages, in: channel.state, by: user, as: authority)
        }
        guard !messages.isEmpty else {
            return Decision(.deleted(seq: channel.state.head.seq, personalSeq: nil))
        }
        for message in messages {
            var left = message
            left.text = []
            left.details = message.details.erased(at: now, fingerprint: try fingerprint(of: message))
            try stored { [left] store throws(StoreFailure) in try store.erase(left) }
            try unmention(message.details.mentions, by: message.number, in: channel)
        }
        for range in targets.ranges {
            let change = channel.state.deleted.insert(range)
            try stored { store throws(StoreFailure) in try store.changeDeleted(change, in: id) }
            // What is gone for everybody is hidden from nobody, so that no message is counted twice.
            for member in channel.state.hidden.keys {
                let change = channel.state.show(range, to: member)
                if change.isEmpty { continue }
                try stored { store throws(StoreFailure) in try store.changeHidden(change, of: member, in: id) }
            }
        }
        let event = try note(.messageDeleted, in: channel, at: now) { json in
            json.array("message_numbers") { json in targets.write(to: &json) }
            json.member("scope", DeleteMessages.Scope.all.rawValue)
            json.member("by", user)
        }
        return Decision(.deleted(seq: event.seq, personalSeq: nil), events: [event])
    }

    mutating func decide(_ react: React, by user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        let channel = try loaded(react.channel)
        let message = try message(react.number, in: channel, for: user)
        try allowed { () throws(Rejection) in try channel.state.allow(.react, by: user) }
        let kinds = try stored { store throws(StoreFailure) in
            try store.reactionKinds(of: react.number, in: react.channel, including: react.emoji)
        }
        try allowed { () throws(Rejection) in try react.decide(kinds: kinds, limits) }
        let hasChanged = try stored { store throws(StoreFailure) in
            try store.setReaction(
                react.emoji, of: user, to: react.number, in: react.channel, isAdded: react.isAdded, at: now)
        }
        guard hasChanged else { return Decision(.changed(react.channel, seq: channel.state.head.seq)) }
        if react.isAdded {
            book.ask(
                NewNotification(
                    .reaction, to: message.sender, from: user, about: .message(react.channel, react.number),
                    detail: react.emoji))
        }
        let event = try note(
            react.isAdded ? .reactionAdded : .reactionRemoved, in: channel, target: react.number, at: now
        ) { json in
            json.member("message_number", react.number)
            json.member("emoji", react.emoji)
            json.member("user", user)
        }
        return Decision(.changed(react.channel, seq: event.seq), events: [event])
    }

    mutating func decide(_ pin: PinMessage, by user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        let channel = try loaded(pin.channel)
        _ = try message(pin.number, in: channel, for: user)
        try allowed { () throws(Rejection) in try pin.decide(in: channel.state, by: user) }
        let others = try stored { store throws(StoreFailure) in
            try store.pinCount(in: pin.channel, besides: pin.number)
        }
        guard !pin.isPinned || others < limits.pinsMax else {
            throw .rejected(Rejection(.quotaExceeded, "a channel has at most \(limits.pinsMax) pinned messages"))
        }
        let hasChanged = try stored { store throws(StoreFailure) in
            try store.setPin(of: pin.number, in: pin.channel, isPinned: pin.isPinned, by: user, at: now)
        }
        guard hasChanged else { return Decision(.changed(pin.channel, seq: channel.state.head.seq)) }
        let event = try note(
            pin.isPinned ? .messagePinned : .messageUnpinned, in: channel, target: pin.number, at: now
        ) { json in
            json.member("message_number", pin.number)
            json.member("by", user)
        }
        return Decision(.changed(pin.channel, seq: event.seq), events: [event])
    }

    // MARK: Reading

    mutating func decide(_ mark: MarkRead, by user: UserID) throws(Interruption) -> Decision {
        let channel = try loaded(mark.channel)
        let before = channel.state.members[user]?.readNumber
        let number = try allowed { () throws(Rejection) in try mark.decide(in: channel.state, by: user) }
        book.read(mark.channel, by: user)
        if number != before {
            try stored { store throws(StoreFailure) in
                try store.setReadMarker(of: user, in: mark.channel, to: number)
            }
            channel.state.members[user]?.readNumber = number
            try forgetRead(by: user, in: channel)
        }
        let unread = channel.state.unread(of: user), mentions = channel.state.unreadMentions(of: user)
        let outcome = Outcome.marked(readNumber: number, unread: unread, mentions: mentions)
        guard number != before else { return Decision(outcome) }
        let notice = Notice.markerMoved(
            channel: mark.channel, user: user, readNumber: number, unread: unread, mentions: mentions,
            membersCount: channel.state.members.count)
        return Decision(outcome, notices: [notice])
    }

    mutating func decide(
        _ report: ReportMessage, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        _ = try message(report.number, in: try loaded(report.channel), for: user)
        return Decision(
            .reported(
                try stored { store throws(StoreFailure) in try store.insertReport(report, by: user, at: now) }))
    }
}

extension NumberRanges {
    func write(to json: inout JSONWriter) {
        for range in ranges {
            json.array { json in
                json.value(range.lowerBound)
                json.value(range.upperBound)
            }
        }
    }
}

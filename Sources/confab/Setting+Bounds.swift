internal import Base

/// The server's bounds as settings. `Limits` has them with their reasons; a test holds this table to it.
extension Setting {
    struct Bound: Sendable {
        let field: any WritableKeyPath<Limits, Int> & Sendable
        let range: ClosedRange<Int>
    }

    private static func bound(
        _ name: String, _ field: any WritableKeyPath<Limits, Int> & Sendable, _ range: ClosedRange<Int>,
        _ meaning: String, takesRestart: Bool = false
    ) -> Setting {
        Setting(
            name: name, form: "N", standard: String(Limits()[keyPath: field]), meaning: meaning,
            takesRestart: takesRestart, bound: Bound(field: field, range: range))
    }

    private static let count = 1...1_000_000_000
    /// A thousandth of a second to a day.
    private static let milliseconds = 1...86_400_000
    private static let bytes = 1...(1 << 40)

    static let bounds: [Setting] = [
        bound("connections-max", \.connectionsMax, count, "connections in all"),
        bound(
            "connections-per-address-max", \.connectionsPerAddressMax, count,
            "connections from one IPv4 address, or one IPv6 network of 64 bits"),
        bound("unidentified-max", \.unidentifiedMax, count, "connections in all that have not said who they are"),
        bound(
            "unidentified-per-address-max", \.unidentifiedPerAddressMax, count,
            "connections from one address that have not said who they are"),
        bound("refused-max", \.refusedMax, 0...1_000_000, "refused connections that a loop answers at once"),
        bound("held-bytes-max", \.heldBytesMax, bytes, "bytes held for all connections together, in both directions"),
        bound("held-bytes-min", \.heldBytesMin, bytes, "bytes that each connection may hold even then"),
        bound(
            "receive-bytes-max", \.receiveBytesMax, 4_096...(1 << 20), "bytes taken from a connection in a turn",
            takesRestart: true),
        bound("events-per-turn-max", \.eventsPerTurnMax, count, "WebSocket events of a connection in a turn"),
        bound(
            "patient-per-turn-max", \.patientPerTurnMax, count, "connections that are written in a turn what many get"),
        bound(
            "patient-listeners-min", \.patientListenersMin, count, "listeners on a loop from which on that is so"),
        bound(
            "patient-rest-milliseconds-max", \.patientRestMillisecondsMax, 0...1_000,
            "milliseconds between two rounds of it, at most"),
        bound("proxy-header-bytes-max", \.proxyHeaderBytesMax, 232...65_551, "bytes of a PROXY header"),
        bound(
            "answer-bytes-per-second-min", \.answerBytesPerSecondMin, 0...1_000_000_000,
            "bytes of an answer that a client must take in a second"),
        bound(
            "drain-milliseconds-max", \.drainMillisecondsMax, milliseconds,
            "milliseconds that a planned stop waits for connections"),

        bound("http-head-bytes-max", \.httpHeadBytesMax, 1_024...(1 << 20), "bytes of a request's line and fields"),
        bound("http-header-count-max", \.httpHeaderCountMax, 8...10_000, "header fields of a request"),
        bound("http-body-bytes-max", \.httpBodyBytesMax, 1_024...(1 << 30), "bytes of a request's body"),
        bound(
            "http-head-milliseconds-max", \.httpHeadMillisecondsMax, milliseconds, "milliseconds for a request's head"),
        bound(
            "http-body-milliseconds-max", \.httpBodyMillisecondsMax, milliseconds, "milliseconds for a request's body"),
        bound(
            "body-bytes-per-second-min", \.bodyBytesPerSecondMin, 0...1_000_000_000,
            "bytes of a request's body that must arrive in a second"),
        bound(
            "http-body-grace-milliseconds", \.httpBodyGraceMilliseconds, milliseconds,
            "milliseconds that a body has before that is asked of it"),
        bound(
            "http-idle-milliseconds-max", \.httpIdleMillisecondsMax, milliseconds,
            "milliseconds that a connection may stand without a request"),
        bound("gzip-bytes-min", \.gzipBytesMin, 1...(1 << 30), "bytes from which on an answer is compressed"),
        bound("gzip-bytes-max", \.gzipBytesMax, 1...(1 << 30), "bytes up to which it is"),
        bound(
            "page-compressed-bytes-max", \.pageCompressedBytesMax, bytes, "compressed bytes kept of a page directory"),
        bound("cors-seconds-max", \.corsSecondsMax, 0...86_400, "seconds for which browsers remember a preflight"),
        bound(
            "http-file-piece-bytes-max", \.httpFilePieceBytesMax, 4_096...(256 << 10),
            "bytes of a file read ahead of who takes it"),

        bound(
            "tls-handshake-milliseconds-max", \.tlsHandshakeMillisecondsMax, milliseconds,
            "milliseconds for a TLS handshake"),
        bound("tls-handshakes-per-turn-max", \.tlsHandshakesPerTurnMax, count, "pieces of handshakes in a loop's turn"),
        bound("tls-unsent-bytes-max", \.tlsUnsentBytesMax, bytes, "bytes encrypted ahead of a peer that takes none"),
        bound("tls-session-seconds-max", \.tlsSessionSecondsMax, 1...86_400, "seconds for which a ticket resumes"),
        bound("tls-pairs-max", \.tlsPairsMax, 1...1_000, "pairs of certificate and key"),

        bound("message-bytes-max", \.messageBytesMax, 1_024...(1 << 24), "bytes of a message from a client"),
        bound("resume-bytes-max", \.resumeBytesMax, 1_024...(1 << 26), "bytes of a resume"),
        bound("fragment-count-max", \.fragmentCountMax, count, "fragments of a message"),
        bound("deflate-bytes-min", \.deflateBytesMin, 1...(1 << 30), "bytes from which on a message is compressed"),

        bound(
            "heartbeat-milliseconds", \.heartbeatMilliseconds, 1_000...3_600_000,
            "milliseconds of silence before a ping; twice as long closes"),
        bound("identify-milliseconds", \.identifyMilliseconds, milliseconds, "milliseconds to identify"),
        bound(
            "delay-milliseconds-max", \.delayMillisecondsMax, milliseconds,
            "milliseconds that answers take when work begins to be refused"),
        bound(
            "delay-target-milliseconds", \.delayTargetMilliseconds, milliseconds,
            "milliseconds that answers take while it is refused"),
        bound(
            "delay-interval-milliseconds", \.delayIntervalMilliseconds, 10...60_000, "milliseconds of measuring that"),
        bound("unanswered-at-first", \.unansweredAtFirst, count, "unanswered commands that a loop begins with"),
        bound("unanswered-min", \.unansweredMin, count, "unanswered commands of a loop, at least"),
        bound(
            "refused-rest-milliseconds", \.refusedRestMilliseconds, 1...1_000,
            "milliseconds for which nothing is read from who was refused"),
        bound(
            "retry-milliseconds-max", \.retryMillisecondsMax, milliseconds,
            "milliseconds that the refused are told to wait"),
        bound("identify-attempts-max", \.identifyAttemptsMax, 1...1_000, "failed tries to identify"),
        bound("command-count-max", \.commandCountMax, count, "commands of a socket within the window"),
        bound("command-window-milliseconds", \.commandWindowMilliseconds, milliseconds, "that window"),
        bound("read-command-cost", \.readCommandCost, 1...1_000, "commands as which reading a page counts"),
        bound("rates-kept-max", \.ratesKeptMax, count, "users whose rate a loop remembers when they have gone"),
        bound("sockets-per-user-max", \.socketsPerUserMax, count, "sockets of a user on a loop"),
        bound(
            "commands-in-flight-max", \.commandsInFlightMax, 1...100_000, "commands of a socket that wait for commits"),
        bound(
            "outbound-bytes-max", \.outboundBytesMax, bytes, "bytes queued for a socket before it is fed from the log"),
        bound(
            "stalled-milliseconds-max", \.stalledMillisecondsMax, milliseconds,
            "milliseconds that a peer may take no byte of what waits"),
        bound(
            "stream-retry-milliseconds", \.streamRetryMilliseconds, milliseconds,
            "milliseconds that a stream of events waits before it connects again"),
        bound("syncs-max", \.syncsMax, count, "answers to POST /sync gathered at once"),
        bound("syncs-per-user-max", \.syncsPerUserMax, count, "those of one user"),
        bound("ready-channels-max", \.readyChannelsMax, 1...100_000, "channels that ready lists"),

        bound(
            "presence-leave-milliseconds", \.presenceLeaveMilliseconds, milliseconds,
            "milliseconds until others hear that a user is gone"),
        bound(
            "presence-change-milliseconds", \.presenceChangeMilliseconds, milliseconds,
            "milliseconds between changes of a user's presence"),
        bound(
            "presence-per-second-max", \.presencePerSecondMax, count, "presence events that a loop tells in a second"),
        bound(
            "watched-users-max", \.watchedUsersMax, 1...100_000, "users that a socket may watch"),
        bound(
            "watched-channels-max", \.watchedChannelsMax, 1...100_000, "channels that a socket may watch"),
        bound(
            "typing-members-max", \.typingMembersMax, 2...1_000_000, "members up to which all see who types"),
        bound(
            "typing-milliseconds", \.typingMilliseconds, milliseconds,
            "milliseconds between typing events of a user in a channel"),
        bound(
            "passing-bytes-max", \.passingBytesMax, bytes,
            "bytes queued for a socket before it hears of no typing or presence"),
        bound(
            "last-seen-milliseconds", \.lastSeenMilliseconds, milliseconds,
            "milliseconds until it is written when users were last seen"),

        bound("file-bytes-max", \.fileBytesMax, bytes, "bytes of an uploaded file"),
        bound("file-quota-bytes", \.fileQuotaBytes, bytes, "bytes of all files of a user"),
        bound("files-per-user-max", \.filesPerUserMax, count, "files of a user"),
        bound("file-name-bytes-max", \.fileNameBytesMax, 16...4_096, "bytes of a file's name"),
        bound(
            "unused-file-seconds", \.unusedFileSeconds, 1...31_536_000,
            "seconds for which a file is kept that no message refers to"),
        bound("uploads-max", \.uploadsMax, count, "uploads under way in all"),
        bound("uploads-per-user-max", \.uploadsPerUserMax, count, "uploads of a user under way"),
        bound(
            "upload-ahead-bytes-max", \.uploadAheadBytesMax, 4_096...(1 << 30),
            "bytes of an upload that may wait for the disk"),
        bound("upload-seconds-max", \.uploadSecondsMax, 1...86_400, "seconds that an upload may take"),
        bound(
            "open-uploads-per-user-max", \.openUploadsPerUserMax, count,
            "uploads of a user that are not whole and may go on"),
        bound(
            "open-upload-seconds", \.openUploadSeconds, 1...31_536_000,
            "seconds for which an upload is kept that nothing is added to"),
        bound(
            "file-link-seconds-max", \.fileLinkSecondsMax, 1...31_536_000,
            "seconds for which a link to a file may be good"),
        bound(
            "file-queue-max", \.fileQueueMax, count, "pieces of work that may wait for the threads that write files",
            takesRestart: true),
        bound(
            "thumbnail-pixels-max", \.thumbnailPixelsMax, 1...1_000_000_000,
            "points of an image beyond which no small one is made of it"),
        bound(
            "thumbnail-source-bytes-max", \.thumbnailSourceBytesMax, bytes,
            "bytes of an image beyond which no small one is made of it"),
        bound(
            "thumbnail-queue-max", \.thumbnailQueueMax, count, "images that may wait for being made small",
            takesRestart: true),
        bound(
            "file-cache-bytes", \.fileCacheBytes, 0...(1 << 40),
            "bytes of copies on this machine of files that are kept elsewhere", takesRestart: true),

        bound(
            "scrub-rows-per-second", \.scrubRowsPerSecond, 0...10_000_000,
            "rows read in a second to find damage; 0 looks at nothing", takesRestart: true),
        bound(
            "scrub-file-bytes-per-second", \.scrubFileBytesPerSecond, bytes,
            "bytes of uploaded files read in a second to find damage", takesRestart: true),
        bound(
            "scrub-pause-seconds", \.scrubPauseSeconds, 1...31_536_000,
            "seconds between two looks at everything", takesRestart: true),

        bound("text-bytes-max", \.textBytesMax, 1...(1 << 24), "bytes of a message's text"),
        bound("client-message-id-bytes-max", \.clientMessageIDBytesMax, 1...64, "bytes of a client_msg_id"),
        bound("channel-name-bytes-max", \.channelNameBytesMax, 1...65_536, "bytes of a channel's name"),
        bound("topic-bytes-max", \.topicBytesMax, 0...65_536, "bytes of a channel's topic"),
        bound("attachments-max", \.attachmentsMax, 0...1_000, "files that a message refers to"),
        bound("tags-max", \.tagsMax, 0...1_000, "tags of a message"),
        bound("tag-bytes-max", \.tagBytesMax, 1...1_024, "bytes of a tag"),
        bound("reference-type-bytes-max", \.referenceTypeBytesMax, 1...1_024, "bytes of a reference's type"),
        bound("reference-id-bytes-max", \.referenceIDBytesMax, 1...8_192, "bytes of a reference's id"),
        bound("action-name-bytes-max", \.actionNameBytesMax, 1...1_024, "bytes of an action's name"),
        bound("action-parameters-bytes-max", \.actionParametersBytesMax, 2...65_536, "bytes of an action's parameters"),
        bound("mentions-max", \.mentionsMax, 0...1_000, "names that are looked up in a message"),
        bound("delete-ranges-max", \.deleteRangesMax, 1...10_000, "ranges that one deletion names"),
        bound("delete-messages-max", \.deleteMessagesMax, 1...100_000, "messages that one deletion takes away"),
        bound("reaction-kinds-max", \.reactionKindsMax, 1...1_000, "different emoji at a message"),
        bound("emoji-bytes-max", \.emojiBytesMax, 1...256, "bytes of an emoji"),
        bound("pins-max", \.pinsMax, 0...10_000, "pinned messages of a channel"),
        bound("invites-max", \.invitesMax, 0...10_000, "open invitations to a channel"),
        bound("invite-seconds-max", \.inviteSecondsMax, 1...3_155_760_000, "seconds for which an invitation is valid"),
        bound("blocks-max", \.blocksMax, 0...1_000_000, "users whom one user blocks"),
        bound("report-reason-bytes-max", \.reportReasonBytesMax, 1...1_024, "bytes of a report's reason"),
        bound("report-comment-bytes-max", \.reportCommentBytesMax, 0...65_536, "bytes of a report's comment"),
        bound(
            "notification-delay-milliseconds", \.notificationDelayMilliseconds, milliseconds,
            "milliseconds for which messages gather before members are notified of them"),
        bound(
            "notifications-per-user-max", \.notificationsPerUserMax, 16...1_000_000, "notifications in a feed, about"),
        bound("notification-days-max", \.notificationDaysMax, 1...36_500, "days for which they stay there"),
        bound(
            "push-grace-milliseconds", \.pushGraceMilliseconds, 0...86_400_000,
            "milliseconds after which something is pushed to who is not there then"),
        bound(
            "push-seconds-max", \.pushSecondsMax, 0...2_419_200,
            "seconds for which push services keep something for a device that is away", takesRestart: true),
        bound("purge-seconds", \.purgeSeconds, 1...86_400, "seconds between two looks for messages that are too old"),
        bound("purge-events-max", \.purgeEventsMax, 16...65_536, "rows that are taken away at once"),
        bound("channel-members-max", \.channelMembersMax, 2...1_000_000, "members of a channel"),
        bound("receipt-members-max", \.receiptMembersMax, 2...1_000_000, "members up to which all see read markers"),
        bound("send-count-max", \.sendCountMax, count, "messages of a user within the window"),
        bound("send-window-milliseconds", \.sendWindowMilliseconds, milliseconds, "that window"),
        bound("new-members-max", \.newMembersMax, count, "members that a user may bring into new channels in a window"),
        bound("new-members-window-milliseconds", \.newMembersWindowMilliseconds, milliseconds, "that window"),

        bound("password-characters-min", \.passwordCharactersMin, 6...64, "characters of a password, at least"),
        bound(
            "proof-resend-seconds", \.proofResendSeconds, 0...86_400,
            "seconds between letters or codes of a kind to one address or number"),
        bound("proofs-per-target-hour-max", \.proofsPerTargetHourMax, 1...1_000, "those of an hour"),
        bound("proofs-per-target-day-max", \.proofsPerTargetDayMax, 1...1_000, "those of a day"),
        bound(
            "proofs-per-address-hour-max", \.proofsPerAddressHourMax, count,
            "those that one client's address asks for in an hour"),
        bound("texts-per-day-max", \.textsPerDayMax, count, "codes that are sent by text message in a day"),
        bound("letters-per-day-max", \.lettersPerDayMax, count, "letters of a kind that are sent in a day"),
        bound("invitations-max", \.invitationsMax, count, "invitations to register that are open at once"),

        bound("tickets-max", \.ticketsMax, count, "tickets for sockets that may wait to be used"),
        bound("tickets-per-user-max", \.ticketsPerUserMax, count, "such tickets of one user"),

        bound("history-page-max", \.historyPageMax, 1...10_000, "messages of a page"),
        bound("users-page-max", \.usersPageMax, 1...10_000, "users on a page"),
        bound("history-page-default", \.historyPageDefault, 1...10_000, "messages of a page when no limit is given"),
        bound("events-page-max", \.eventsPageMax, 1...100_000, "events of a page"),
        bound("page-bytes-max", \.pageBytesMax, 1_024...(1 << 30), "bytes of a page", takesRestart: true),
        bound(
            "replay-channel-events-max", \.replayChannelEventsMax, count, "events that resuming replays of a channel"),
        bound("replay-channel-bytes-max", \.replayChannelBytesMax, bytes, "bytes that resuming replays of a channel"),
        bound("replay-events-max", \.replayEventsMax, count, "events that resuming replays in all"),
        bound("replay-bytes-max", \.replayBytesMax, bytes, "bytes that resuming replays in all"),
        bound("feed-bytes-max", \.feedBytesMax, 1_024...(1 << 30), "bytes read at once for a slow socket"),

        bound(
            "disk-reserve-bytes", \.diskReserveBytes, 0...(1 << 40),
            "bytes of the disk held back for the day on which it is full", takesRestart: true),
        bound(
            "log-bytes-max", \.logBytesMax, (1 << 20)...(1 << 40),
            "bytes of the write-ahead log at which readers are cut short, so that it can be emptied"),
        bound(
            "journal-queue-max", \.journalQueueMax, count, "changes that may wait for the disk", takesRestart: true),
        bound("read-queue-max", \.readQueueMax, count, "reads that may wait for a reader", takesRestart: true),
        bound(
            "login-failures-free", \.loginFailuresFree, count,
            "wrong passwords for one name from one address that cost no wait", takesRestart: true),
        bound(
            "login-failures-per-name-max", \.loginFailuresPerNameMax, count,
            "wrong passwords for one name from all addresses after which strangers wait", takesRestart: true),
        bound(
            "login-failures-per-address-max", \.loginFailuresPerAddressMax, count,
            "wrong passwords from one address after which it waits, whatever the name", takesRestart: true),
        bound(
            "admin-login-seconds-max", \.adminLoginSecondsMax, 0...31_536_000,
            "seconds after logging in within which administration needs no confirmation; 0 for always"),
        bound(
            "login-wait-seconds-max", \.loginWaitSecondsMax, 1...86_400,
            "seconds of the longest wait after wrong passwords", takesRestart: true),
        bound(
            "login-failures-kept-max", \.loginFailuresKeptMax, count,
            "names and addresses whose wrong passwords are remembered", takesRestart: true),
        bound(
            "password-queue-max", \.passwordQueueMax, count, "password hashes that may wait", takesRestart: true),
        bound(
            "texts-per-prefix-max", \.textsPerPrefixMax, 0...1_000_000_000,
            "text messages a day to numbers that begin with the same three digits", takesRestart: true),
        bound("jobs-waiting-max", \.jobsWaitingMax, count, "jobs that may wait", takesRestart: true),
        bound(
            "jobs-per-user-max", \.jobsPerUserMax, count, "jobs of a user that have not ended", takesRestart: true),
        bound("contact-rows-max", \.contactRowsMax, count, "rows of a file of contacts", takesRestart: true),
        bound("contact-file-bytes-max", \.contactFileBytesMax, bytes, "bytes of a file of contacts"),
        bound("contacts-per-user-max", \.contactsPerUserMax, count, "contacts of one user", takesRestart: true),
        bound(
            "contacts-per-day-max", \.contactsPerDayMax, count, "contacts of one user that are new in a day",
            takesRestart: true),
        bound(
            "index-run-events-min", \.indexRunEventsMin, count, "events after which they are indexed under load",
            takesRestart: true),
        bound("channels-in-memory-max", \.channelsInMemoryMax, count, "channels whose state is kept in memory"),
        bound("search-query-bytes-max", \.searchQueryBytesMax, 1...8_192, "bytes of what is searched for"),
        bound("search-terms-max", \.searchTermsMax, 1...1_000, "words of what is searched for"),
        bound("search-page-max", \.searchPageMax, 1...1_000, "hits of each kind on a page"),
        bound(
            "analytics-cache-timeout", \.analyticsCacheTimeout, 0...86_400,
            "seconds for which figures about courses are kept; 0 makes them anew each time"),
        bound(
            "search-scan-max", \.searchScanMax, 100...10_000_000, "messages that one search looks at",
            takesRestart: true),
        bound("search-queue-max", \.searchQueueMax, count, "searches that may wait", takesRestart: true),
    ]
}

/// Every bound of the server, in one place, each with its unit and its reason. The defaults suit a machine of two
/// cores.
public struct Limits: Sendable {
    public init() {}

    // MARK: Connections

    /// Connections in all. Each is a descriptor, and some kilobytes here and in the kernel; the process's own limit of
    /// descriptors may stand before it.
    public var connectionsMax = 100_000
    /// Connections from one IPv4 address or one IPv6 network of 64 bits. A school or a mobile carrier may send
    /// thousands of people from one, but no single host may take what is there for all.
    public var connectionsPerAddressMax = 20_000
    /// Connections that have not said who they are: all of HTTP's, and sockets before they identify. In all, and from
    /// one address. They cost nothing to open, so that less is left to them.
    public var unidentifiedMax = 50_000
    public var unidentifiedPerAddressMax = 10_000
    /// Refused connections that one loop still answers at once; what is beyond them is closed without a word.
    public var refusedMax = 256
    /// Bytes held for all connections together: received and not understood yet, or queued and not taken yet. Beyond it
    /// each is left `heldBytesMin` of its own: who takes slowly is fed from the log, and who has sent half of something
    /// large is refused.
    public var heldBytesMax = 512 << 20
    public var heldBytesMin = 64 << 10
    /// Bytes taken from one connection in a turn. Everyone else of its loop waits while they are understood, and the
    /// costliest, thousands of tiny frames or of TLS records, take some milliseconds.
    public var receiveBytesMax = 64 << 10
    /// WebSocket events of one connection that are handled in a turn; what else has come waits for the next.
    public var eventsPerTurnMax = 256
    /// Connections in a turn of a loop that are written what many were sent: a quarter of a millisecond's work, for
    /// which everybody else on the loop waits.
    public var patientPerTurnMax = 64
    /// Listeners of a channel on one loop from which on its events are sent so.
    public var patientListenersMin = 128
    /// Milliseconds of rest behind a round of such writing: as long as others of the loop had to wait for it, and no
    /// longer than this, which nobody in a channel of thousands sees.
    public var patientRestMillisecondsMax = 50
    /// Bytes of what a proxy may say before a connection's first byte. Addresses take 52; some proxies add a
    /// certificate's name or an id.
    public var proxyHeaderBytesMax = 4 << 10
    /// Bytes that a client of HTTP must take in a second, on average over half a minute, of an answer that waits for
    /// it. Who takes one byte before each limit would else hold the answer for ever.
    public var answerBytesPerSecondMin = 256
    /// Milliseconds that a planned stop waits for requests and sockets to end.
    public var drainMillisecondsMax = 25_000

    // MARK: HTTP

    /// Bytes of request line and header fields together. Real clients stay below 8 KiB; cookies may need more.
    public var httpHeadBytesMax = 16 << 10
    /// Header fields in one request. Parsing and storing them is the work that one small packet can ask for.
    public var httpHeaderCountMax = 100
    /// Bytes of a request's body. The largest ordinary body is a batch of imported users.
    public var httpBodyBytesMax = 1 << 20
    /// Milliseconds from a connection's first byte (or the last answer) to a whole request head.
    public var httpHeadMillisecondsMax = 10_000
    /// Milliseconds for a request's body to arrive.
    public var httpBodyMillisecondsMax = 30_000
    /// Bytes of a body that must arrive in a second on average, once it has had `httpBodyGraceMilliseconds`. The
    /// slowest telephone lines carry several times as many.
    public var bodyBytesPerSecondMin = 500
    public var httpBodyGraceMilliseconds = 10_000
    /// Milliseconds that a kept-alive connection may stand without a request.
    public var httpIdleMillisecondsMax = 75_000
    /// Bytes of a file that are read at once for one connection, when all before them have left. With those that TLS
    /// keeps encrypted it is all that a download holds in memory, however slow its reader is; the kernel has 128 KiB on
    /// their way meanwhile.
    public var httpFilePieceBytesMax = 64 << 10
    /// Bytes from which on an answer is compressed for those who want that. What is shorter fits into one packet either
    /// way.
    public var gzipBytesMin = 1_024
    /// Bytes up to which an answer is compressed when it is asked for: 20 ms of one of the pool's threads. The largest
    /// page of messages has a mebibyte of content.
    public var gzipBytesMax = 2 << 20
    /// Bytes of compressed files that are kept of a page directory: several times what a page has.
    public var pageCompressedBytesMax = 8 << 20
    /// Seconds for which a browser may remember what pages of another origin may do. Chromium takes no more.
    public var corsSecondsMax = 7_200

    // MARK: TLS

    /// Milliseconds from a connection's beginning to the end of its handshake.
    public var tlsHandshakeMillisecondsMax = 10_000
    /// Pieces of handshakes that a loop looks at in one turn, each a third of a millisecond of arithmetic: however many
    /// clients connect at once, who is connected already waits no longer than for these.
    public var tlsHandshakesPerTurnMax = 16
    /// Encrypted bytes waiting to be sent to one connection beyond which no more are encrypted. A write of so many is
    /// cheap by the byte, and what is not encrypted yet can still be overtaken or thrown away.
    public var tlsUnsentBytesMax = 64 << 10
    /// Seconds for which a ticket resumes a session. Short, because the keys that open tickets stay as long as the
    /// certificates are not read again; and a full handshake costs the server hardly more.
    public var tlsSessionSecondsMax = 7_200
    /// Pairs of certificate and key. Each is asked in turn whether it is made out to the name that a client wants.
    public var tlsPairsMax = 64

    // MARK: WebSocket

    /// Bytes of one message from a client, told to it in `hello`. Four times the longest text leaves room for escapes.
    public var messageBytesMax = 64 << 10
    /// Bytes of a `resume`, which names up to tens of thousands of channels.
    public var resumeBytesMax = 1 << 20
    /// Fragments of one message. Each costs work, however small it is; but some clients cut 4 MiB into pieces of 64
    /// bytes and put an empty one behind them, which makes 65,537.
    public var fragmentCountMax = 100_000
    /// Bytes from which on a message is compressed for those with whom that was agreed on. An event with a short text
    /// has 450: to make it 250 costs 9 us, as much as delivering it, and both fit into one packet.
    public var deflateBytesMin = 1_024

    // MARK: Sessions

    /// Milliseconds of silence after which the server sends a ping; twice as long closes the socket.
    public var heartbeatMilliseconds = 25_000
    /// Milliseconds from `hello` to a successful `identify` or `resume`.
    public var identifyMilliseconds = 10_000
    /// Failed tries to identify before the socket is closed.
    public var identifyAttemptsMax = 3
    /// Commands that one socket may send within `commandWindowMilliseconds`, whatever they are; more are refused as
    /// `rate_limited`, and who sends as many again in spite of that is closed. People send a few in a second, and a
    /// client that catches up asks once for each channel. Reading a page counts as `readCommandCost` commands, and so
    /// does watching.
    public var commandCountMax = 1_200
    public var commandWindowMilliseconds = 10_000
    public var readCommandCost = 4
    /// Users whose rate a loop remembers after their socket has closed.
    public var ratesKeptMax = 10_000
    /// Sockets of one user at once, on one loop: each makes every event of the user's channels cost one delivery more.
    public var socketsPerUserMax = 1_000
    /// Commands of one socket that may wait for their commit at once; more stay unread in the kernel.
    public var commandsInFlightMax = 256
    /// Bytes waiting to be sent to one socket before payloads are left in the log, to be read at the socket's own
    /// speed.
    public var outboundBytesMax = 1 << 20
    /// Milliseconds that a socket may take no byte of what waits for it.
    public var stalledMillisecondsMax = 30_000
    /// Milliseconds that a stream of events tells its client to wait before it connects again when it was cut off. A
    /// planned stop tells each its own time.
    public var streamRetryMilliseconds = 3_000
    /// Answers to `POST /sync` that may be gathered at once, and those of one user: each holds what it replays in
    /// memory, `replayBytesMax` at most and once more while it is written.
    public var syncsMax = 32
    public var syncsPerUserMax = 4
    /// Channels that `ready` lists, and that `resumed` adds.
    public var readyChannelsMax = 1_000

    // MARK: Presence

    /// Milliseconds between a user's last socket and others hearing that the user is gone. Who reconnects within them
    /// was never away.
    public var presenceLeaveMilliseconds = 30_000
    /// Milliseconds between two changes of one user's presence that are told; what is true then is told then.
    public var presenceChangeMilliseconds = 5_000
    /// Presence events that a loop tells in a second; more are told later, and those that have been overtaken never. A
    /// fifth of a loop's time.
    public var presencePerSecondMax = 20_000
    /// Users and channels that one socket may watch: a school, and the channels that somebody looks at.
    public var watchedUsersMax = 1_000
    public var watchedChannelsMax = 100
    /// Members up to which everyone hears of everyone's typing; beyond it those who watch the channel do.
    public var typingMembersMax = 100
    /// Milliseconds between two typing events of one user in one channel. Who hears of one shows it for twice as long.
    public var typingMilliseconds = 3_000
    /// Bytes waiting for one socket beyond which it is told of no typing and no presence: they would come too late.
    public var passingBytesMax = 64 << 10
    /// Milliseconds for which it is gathered when users were last seen, before it is written.
    public var lastSeenMilliseconds = 5_000

    // MARK: Files

    /// Bytes of one uploaded file.
    public var fileBytesMax = 100 << 20
    /// Bytes of all files that one user has uploaded and that are still there.
    public var fileQuotaBytes = 1 << 30
    /// Files of one user: each is a row, however small it is.
    public var filesPerUserMax = 100_000
    /// UTF-8 bytes of a file's name: what file systems take.
    public var fileNameBytesMax = 255
    /// Seconds for which a file is kept that no message refers to yet.
    public var unusedFileSeconds = 86_400
    /// Uploads under way, of all users and of one: each holds a descriptor and `uploadAheadBytesMax`.
    public var uploadsMax = 128
    public var uploadsPerUserMax = 8
    /// Bytes of an upload that may wait for the disk; nothing more is read from its client meanwhile.
    public var uploadAheadBytesMax = 256 << 10
    /// Seconds that an upload may take: a hundred megabytes at the speed of a slow telephone.
    public var uploadSecondsMax = 3_600
    /// Uploads of one user that are not whole and may go on (tus): each holds the place of its file in the quota.
    public var openUploadsPerUserMax = 64
    /// Seconds for which an upload is kept that nothing is added to: a day, as for what is not sent.
    public var openUploadSeconds = 86_400
    /// Seconds for which a link to a file may be good: a week. Whoever is given it needs no account.
    public var fileLinkSecondsMax = 604_800
    /// Pieces of work that may wait for the threads that write files.
    public var fileQueueMax = 1_024
    /// Points of an image, as its head says, and bytes, beyond which no small one is made of it: what decoding it takes
    /// of memory and time.
    public var thumbnailPixelsMax = 50_000_000
    public var thumbnailSourceBytesMax = 50 << 20
    /// Images that may wait for being made small, one after the other.
    public var thumbnailQueueMax = 64
    /// Bytes of copies on this machine of files that are kept elsewhere, so that what everybody looks at is fetched
    /// once.
    public var fileCacheBytes = 1 << 30

    // MARK: Damage

    /// Rows of the journal, and bytes of uploaded files, that are read in a second to find out whether they are still
    /// what was written: some percent of a processor, and of a disk. No rows means that nothing is looked at.
    public var scrubRowsPerSecond = 5_000
    public var scrubFileBytesPerSecond = 4 << 20
    /// Seconds between two looks at everything.
    public var scrubPauseSeconds = 86_400

    // MARK: Channels

    /// UTF-8 bytes of a message's text.
    public var textBytesMax = 16 << 10
    /// Bytes of a `client_msg_id`.
    public var clientMessageIDBytesMax = 64
    /// UTF-8 bytes of a channel's name.
    public var channelNameBytesMax = 256
    /// UTF-8 bytes of a channel's topic.
    public var topicBytesMax = 1_024
    /// Files that one message refers to.
    public var attachmentsMax = 10
    /// Tags of a message, and UTF-8 bytes of each.
    public var tagsMax = 20
    public var tagBytesMax = 64
    /// UTF-8 bytes of what a message refers to: the kind of thing, and its id or address.
    public var referenceTypeBytesMax = 64
    public var referenceIDBytesMax = 512
    /// UTF-8 bytes of an action's name, and of its parameters as JSON.
    public var actionNameBytesMax = 40
    public var actionParametersBytesMax = 4_096
    /// Names that are looked up in a text: each is a question to the database.
    public var mentionsMax = 50
    /// Ranges that one `message.delete` names, and messages that it takes away: each is a row to be written.
    public var deleteRangesMax = 100
    public var deleteMessagesMax = 1_000
    /// Different emoji that a message is given, and UTF-8 bytes of each; a family of four has 25.
    public var reactionKindsMax = 20
    public var emojiBytesMax = 32
    /// Messages that are pinned in a channel at once, and invitations to it that are open: they are listed whole.
    public var pinsMax = 100
    public var invitesMax = 100
    /// Seconds for which an invitation may be valid: a year.
    public var inviteSecondsMax = 31_536_000
    /// Users whom one user blocks: they are listed whole.
    public var blocksMax = 10_000
    /// UTF-8 bytes of a report's reason and of its comment.
    public var reportReasonBytesMax = 64
    public var reportCommentBytesMax = 2_000
    /// Milliseconds for which messages of a channel gather before its members are notified of them: who reads along has
    /// read them by then, and many cost no more than one.
    public var notificationDelayMilliseconds = 1_000
    /// Notifications in a user's feed, about, and days for which they stay there: what nobody has looked at by then is
    /// old, and the messages themselves stay.
    public var notificationsPerUserMax = 1_000
    public var notificationDaysMax = 90
    /// Milliseconds after which something is pushed to the devices of who is not there then: who comes back at once, or
    /// reads along on another screen, is not woken.
    public var pushGraceMilliseconds = 5_000
    /// Seconds for which push services keep something for a device that is away: what is older than a day is seen in
    /// the feed.
    public var pushSecondsMax = 86_400
    /// Seconds between two looks for messages that are older than their channels keep them, and rows taken away at
    /// once, so that nobody waits for it.
    public var purgeSeconds = 10
    public var purgeEventsMax = 1_024
    /// Members of one channel.
    public var channelMembersMax = 1_000
    /// Members up to which everyone hears of everyone's read marker; beyond it the cost would grow with the square.
    public var receiptMembersMax = 100
    /// Messages that one user may send within `sendWindowMilliseconds`, over all sockets and REST together.
    public var sendCountMax = 30
    public var sendWindowMilliseconds = 10_000
    /// Members, all channels together, that one user may bring into new channels within the window. Each is told of it
    /// and written down, so that a small command would else be a lot of work.
    public var newMembersMax = 2_000
    public var newMembersWindowMilliseconds = 60_000
    /// Whether the rates above are held at all; only a server started with `--dev` may let it go.
    public var areRatesLimited = true

    // MARK: Ways in

    /// Seconds after which who has logged in shows once more who they are, before they use a permission to change
    /// something; 0 asks for nothing. As long as an access token lasts: who logs in and works with that token is never
    /// asked, and who goes on by refreshing is.
    public var adminLoginSecondsMax = 7_200
    /// Characters that a password has at least: NIST SP 800-63B section 3.1.1.2 where it is not the only factor.
    public var passwordCharactersMin = 8
    /// Seconds between two letters or text messages of one kind to one address or number.
    public var proofResendSeconds = 60
    /// And how many of them in an hour and in a day: enough for who mistypes, too few to guess a code or to pester.
    public var proofsPerTargetHourMax = 5
    public var proofsPerTargetDayMax = 10
    /// Those of one kind that one client's address asks for in an hour, for whomever.
    public var proofsPerAddressHourMax = 60
    /// Text messages with codes that the server sends in a day: each costs money.
    public var textsPerDayMax = 5_000
    /// Letters of one kind that the server sends in a day.
    public var lettersPerDayMax = 50_000
    /// Invitations to register that are open at once: they are listed whole.
    public var invitationsMax = 1_000

    // MARK: Tickets

    /// Tickets for opening sockets that may wait to be used, in all and of one user. Each waits for half a minute and
    /// takes some hundred bytes.
    public var ticketsMax = 10_000
    public var ticketsPerUserMax = 32

    // MARK: Reading back

    /// Messages of one history page.
    public var historyPageMax = 200
    public var historyPageDefault = 50
    /// Users on a page. Each is read and written whole.
    public var usersPageMax = 200
    /// Events of one `events.get` page.
    public var eventsPageMax = 1_000
    /// Bytes of content on one page of messages or events, so that one small command cannot ask for much memory.
    public var pageBytesMax = 1 << 20
    /// What one resume replays of each channel, and in all.
    public var replayChannelEventsMax = 1_000
    public var replayChannelBytesMax = 1 << 20
    public var replayEventsMax = 10_000
    public var replayBytesMax = 8 << 20
    /// Bytes read at once for a socket that takes events slower than they happen.
    public var feedBytesMax = 256 << 10

    // MARK: Admission

    /// Milliseconds that answers may take, beyond the disk's own time, before new work is refused; twice as many for
    /// those that have fewer than sixteen commands on their way. More than what a thousand such clients bring about.
    public var delayMillisecondsMax = 400
    /// Milliseconds at which that is held while work is being refused, and below which nothing counts as queueing.
    public var delayTargetMilliseconds = 200
    /// Milliseconds over which the shortest delay is taken. A burst that is worked off within it is no overload.
    public var delayIntervalMilliseconds = 100
    /// Commands and requests of one loop that may be unanswered before anything is measured: what is answered in a
    /// third of a second when each is told to fifty members. Only a bound for the memory and for the first moment.
    public var unansweredAtFirst = 12_288
    /// And those that may always be: so few that are slow are no overload but a slow disk.
    public var unansweredMin = 256
    /// Milliseconds for which nothing is read from who was refused: what they send meanwhile is then read at once, and
    /// refusing must be cheap. Little beside the delay that is held.
    public var refusedRestMilliseconds = 10
    /// Milliseconds that who is refused is told to wait, at most.
    public var retryMillisecondsMax = 30_000

    /// UTF-8 bytes of what is searched for, and words, pairs of signs and tags in it: each is looked up in all parts of
    /// the index.
    public var searchQueryBytesMax = 512
    public var searchTermsMax = 64
    /// Hits of each kind on a page of a search.
    public var searchPageMax = 100

    /// Seconds for which figures about courses are kept. To make them reads what all students of a course have done,
    /// and nobody needs them to the minute; 0 makes them anew each time.
    public var analyticsCacheTimeout = 300
    /// Messages that one search looks at, most of which who asks may not see: some 50 ms. Then it answers with what it
    /// has found and where to go on.
    public var searchScanMax = 20_000
    /// Searches that may wait for a thread; more are refused as `overloaded`.
    public var searchQueueMax = 256

    // MARK: Queues between threads

    /// Bytes of the disk that are held back for the day on which it is full, so that people can delete and log in then;
    /// 0 holds back none. Some hundred deletions, and the log is emptied in between.
    public var diskReserveBytes = 16 << 20
    /// Bytes of the write-ahead log at which whoever reads is cut short, so that it can be emptied: until all have let
    /// go of what they read, it grows by all that is written. Twice of what it comes to when readers are quick.
    public var logBytesMax = 128 << 20
    /// Changes that may wait for the committer; more are refused as `overloaded`.
    public var journalQueueMax = 65_536
    /// Reads that may wait for a reader thread; more are refused as `overloaded`.
    public var readQueueMax = 16_384
    /// Wrong passwords for one name from one address that cost nothing: people mistype. Each further one doubles the
    /// wait before the next try.
    public var loginFailuresFree = 5
    /// Wrong passwords for one name from all addresses together that cost strangers nothing. An address from which the
    /// account was come in to before is no stranger.
    public var loginFailuresPerNameMax = 50
    /// Wrong passwords from one address, whatever the name, that cost nothing: schools and carriers share one.
    public var loginFailuresPerAddressMax = 200
    /// Seconds of the longest wait: a guesser has a hundred tries a day, and nobody is locked out for good.
    public var loginWaitSecondsMax = 900
    /// Names and addresses whose wrong passwords are remembered, of each kind; some 100 bytes each.
    public var loginFailuresKeptMax = 100_000
    /// Password hashes that may wait, each taking 128 MiB and most of a second once it runs.
    public var passwordQueueMax = 64
    /// Text messages a day to numbers that begin with the same three digits: each costs money, and whoever has codes
    /// sent to numbers of their own must not spend all of it.
    public var textsPerPrefixMax = 200
    /// Jobs that may wait: letters, and what users have asked for. More are refused as `overloaded`.
    public var jobsWaitingMax = 10_000
    /// Jobs of one user that have not ended: people ask for one thing at a time, and each is work that others wait for.
    /// More are refused as `rate_limited`.
    public var jobsPerUserMax = 8
    /// Rows of one file of contacts: what people have gathered in many years, some seconds' work.
    public var contactRowsMax = 100_000
    /// Bytes of one file of contacts, pictures and all; it lies on disk until it is read.
    public var contactFileBytesMax = 64 << 20
    /// Contacts of one user.
    public var contactsPerUserMax = 200_000
    /// Contacts that are new of one user in a day. Each tells whether somebody with that address is here; whoever
    /// wants to know it of all numbers of a country needs years.
    public var contactsPerDayMax = 200_000
    /// Committed events after which indexing begins under load: the more there are, the more of them share a page. They
    /// are kept in memory until then, and read again at start.
    public var indexRunEventsMin = 16_384
    /// Channels whose state the ledger keeps in memory when nothing is happening in them.
    public var channelsInMemoryMax = 100_000
}

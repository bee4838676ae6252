public import Auth
public import Base
public import Channels
internal import REST
public import Telemetry

/// Everything that clients' conversations and routes need of the server, behind the ports that hold it.
public struct Services: Sendable {
    public var journal: any Journal
    public var archive: any Archive
    public var accounts: any Accounts
    public var apiKeys: any APIKeys
    public var foreignUsers: any ForeignUsers
    public var people: any People
    public var madeRoles: any Roles
    public var files: any UploadedFiles
    public var uploads: any ResumableUploads
    public var endedLogins: EndedLogins
    public var roles: RoleBook
    public var signer: AccessTokenSigner
    /// What the signer signs with.
    public var keys: LiveKeys
    public var issuers: Issuers
    public var tickets: TicketOffice
    public var passwords: PasswordHasher
    /// Where e-mail and text messages are handed over.
    public var postbox: any Postbox
    /// Where other servers are asked.
    public var web: any WebClient
    /// The ways in besides the plain password.
    public var waysIn: WaysIn
    /// `nil` where the operator wants no index.
    public var search: (any Search)?
    /// What the conversations come to.
    public var numbers = ConversationNumbers()
    /// `nil` for who only plays conversations.
    public var courses: CourseServices?
    public var epoch: String
    public var settings: GatewaySettings
    public var time: TimeSource
    public var log: Logger
    /// Who runs what is begun for a conversation and may wait: Swift's own pool where it is `nil`.
    public var executor: (any TaskExecutor)?
    #if DEBUG
        /// A fault for tests to find.
        public var planted: PlantedFault?
    #endif

    public init(
        journal: any Journal, archive: any Archive, accounts: any Accounts, people: any People,
        madeRoles: any Roles, apiKeys: any APIKeys, foreignUsers: any ForeignUsers, files: any UploadedFiles,
        uploads: any ResumableUploads, endedLogins: EndedLogins, roles: RoleBook, signer: AccessTokenSigner,
        keys: LiveKeys, issuers: Issuers,
        tickets: TicketOffice = TicketOffice(), passwords: PasswordHasher, postbox: any Postbox,
        web: any WebClient, waysIn: WaysIn, epoch: String, settings: GatewaySettings,
        time: TimeSource, log: Logger
    ) {
        self.journal = journal
        self.archive = archive
        self.accounts = accounts
        self.apiKeys = apiKeys
        self.foreignUsers = foreignUsers
        self.people = people
        self.madeRoles = madeRoles
        self.files = files
        self.uploads = uploads
        self.endedLogins = endedLogins
        self.roles = roles
        self.signer = signer
        self.keys = keys
        self.issuers = issuers
        self.tickets = tickets
        self.passwords = passwords
        self.postbox = postbox
        self.web = web
        self.waysIn = waysIn
        self.epoch = epoch
        self.settings = settings
        self.time = time
        self.log = log
    }
}

/// What an operator may choose about the conversations.
public struct GatewaySettings: Sendable {
    public var version: String
    public var limits: Limits
    /// Origins of web pages that may connect besides the server's own, such as `https://chat.example.org`.
    public var allowedOrigins: Set<String>
    public var waysIn: WaysInSettings
    /// Whether browsers may keep their tokens in cookies.
    public var takesCookies: Bool
    /// Years that users have to be old, where they say when they were born; 0 asks for none.
    public var ageMin = 0
    /// Whether members find each other by how a name begins.
    public var hasDirectory = false
    /// The country of phone numbers in address books that name none.
    public var phoneCountry: DiallingCode?

    public init(
        version: String, limits: Limits, allowedOrigins: Set<String>, waysIn: WaysInSettings, takesCookies: Bool = false
    ) {
        self.version = version
        self.limits = limits
        self.allowedOrigins = allowedOrigins
        self.waysIn = waysIn
        self.takesCookies = takesCookies
    }
}

public import Base

/// One thing that is written into the audit trail: what was done to whom, by whom, from where.
public struct AuditEntry: Sendable, Equatable {
    public var at: Timestamp
    public var cause: Cause
    /// Such as `login.failed`.
    public var action: Action
    /// Whom or what it was done to, such as `user:7` or `webhook:3`.
    public var target: String?
    /// What else is worth knowing, in words or as a number; never a secret, and never more than `detailBytesMax`.
    public var detail: String?

    /// Bytes; longer ones are cut.
    public static let detailBytesMax = 512

    public init(at: Timestamp, cause: Cause, _ action: Action, target: String? = nil, detail: String? = nil) {
        self.at = at
        self.cause = cause
        self.action = action
        self.target = target
        self.detail = detail.map { String(decoding: $0.utf8.prefix(Self.detailBytesMax), as: UTF8.self) }
    }

    /// Everything that is written down. The words are stable: people search for them.
    public enum Action: String, Sendable, CaseIterable {
        case userCreated = "user.created"
        case userUpdated = "user.updated"
        case userDeleted = "user.deleted"
        case userSuspended = "user.suspended"
        case userRestored = "user.restored"
        case userRoleChanged = "user.role_changed"
        case userExported = "user.exported"
        case loginSucceeded = "login.succeeded"
        case loginFailed = "login.failed"
        case loginThrottled = "login.throttled"
        case loginConfirmed = "login.confirmed"
        case loginEnded = "login.ended"
        case allLoginsEnded = "login.all_ended"
        case refreshReused = "login.refresh_reused"
        case passwordChanged = "password.changed"
        case passwordResetAsked = "password.reset_asked"
        case emailVerified = "email.verified"
        case phoneVerified = "phone.verified"
        case totpEnabled = "totp.enabled"
        case totpDisabled = "totp.disabled"
        case totpFailed = "totp.failed"
        case identityLinked = "identity.linked"
        case invitationMade = "invitation.made"
        case invitationWithdrawn = "invitation.withdrawn"
        case roleDefined = "role.defined"
        case roleRemoved = "role.removed"
        case keyCreated = "api_key.created"
        case keyRevoked = "api_key.revoked"
        case tokenMinted = "token.minted"
        case signingKeyRotated = "signing_key.rotated"
        case webhookCreated = "webhook.created"
        case webhookChanged = "webhook.changed"
        case webhookDeleted = "webhook.deleted"
        /// It failed for too long, or asked for it.
        case webhookPaused = "webhook.paused"
        case deviceAdded = "device.added"
        case deviceRemoved = "device.removed"
        case jobCancelled = "job.cancelled"
        case messagesDeleted = "moderation.messages_deleted"
        case channelChanged = "moderation.channel_changed"
        case memberRemoved = "moderation.member_removed"
        case fileDeleted = "moderation.file_deleted"
        case courseCreated = "course.created"
        /// Its state, or who teaches it.
        case courseChanged = "course.changed"
        case courseDeleted = "course.deleted"
        case courseRestored = "course.restored"
        case courseRosterChanged = "course.roster_changed"
        case courseQuizRegraded = "course.quiz_regraded"
        case courseAttemptGraded = "course.attempt_graded"
        case connectionsClosed = "connection.closed"
        case settingChanged = "setting.changed"
        case backupAsked = "backup.asked"
        case backupMade = "backup.made"
        case backupRestored = "backup.restored"
    }

    /// What stands in the trail for a user.
    public static func target(_ user: UserID) -> String { "user:\(user)" }
}

import Auth
import Channels
import Testing

@testable import REST

@Suite("Failures of accounts") struct AccountFailureTests {
    @Test(arguments: [
        (AccountFailure.storageFull, 507), (.unavailable, 503), (.notFound, 404), (.taken(field: "email"), 409),
    ])
    func `have each their status`(failure: AccountFailure, status: Int) {
        #expect(APIError(failure).status == status)
    }
}

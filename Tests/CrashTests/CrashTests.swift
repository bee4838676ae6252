import Testing

/// What a real process, real sockets and a real disk come to when something breaks. One at a time: each of these tests
/// takes the machine for itself.
@Suite(.serialized) struct CrashTests {}

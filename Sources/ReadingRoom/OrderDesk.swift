import Foundation
import HL7
import Logging
import Storage
import Worklist

/// Answers the messages that come in: orders are kept and joined to their images, everything else is told what is wrong with it.
struct OrderDesk: Sendable {
    let store: WorklistStore
    let clock: WallClock
    let scoring: Doorbell
    let log: Logger
}

#ifndef CDCMTK_PEER_SOCKET_H
#define CDCMTK_PEER_SOCKET_H

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmnet/dcmlayer.h"
#include "dcmtk/dcmnet/dcmtrans.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cdcmtk {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Tells every association that the listener is to stop, and until when objects in hand may be finished.
class StopSignal {
  public:
    explicit StopSignal(milliseconds grace);
    ~StopSignal();
    StopSignal(const StopSignal &) = delete;
    StopSignal &operator=(const StopSignal &) = delete;

    void raise() noexcept;
    bool isRaised() const noexcept { return deadline_.load() != never; }
    /// When the last object in hand must be through; far in the future while the signal is not raised.
    Clock::time_point deadline() const noexcept { return Clock::time_point(Clock::duration(deadline_.load())); }
    /// Readable from the moment of the signal on.
    int descriptor() const noexcept { return descriptor_; }

  private:
    static constexpr Clock::rep never = Clock::time_point::max().time_since_epoch().count();
    int descriptor_;
    milliseconds grace_;
    std::atomic<Clock::rep> deadline_{never};
};

struct TimeLimits {
    milliseconds acse;
    milliseconds dimse;
    milliseconds idle;
};

/// Why nothing more can be read from a peer.
enum class Ending { none, closedByPeer, timedOut, stopped };

/// One accepted TCP connection, with a limit on every wait.
///
/// DCMTK's own connection has none once a PDU has begun (dulfsm.cc, DT_2 and AE_6 read with DUL_BLOCK).
class PeerSocket {
  public:
    PeerSocket(int descriptor, std::string address, const StopSignal &stop, TimeLimits limits);
    ~PeerSocket();
    PeerSocket(const PeerSocket &) = delete;
    PeerSocket &operator=(const PeerSocket &) = delete;

    enum class FirstPDU { associateRequest, notDICOM, none };
    /// Reads the whole A-ASSOCIATE-RQ ahead (PS3.8 section 9.3.2), so that DCMTK gets to see nothing else and never waits for it.
    FirstPDU readAssociateRequest();
    /// The A-ASSOCIATE-RQ has been handed on; what follows is read from the network.
    void beginAssociation() { ahead_.clear(); reading_ = Reading::betweenMessages; }
    /// A message has been answered: a wait for the next may be long, and ends at once when the listener stops.
    void beginWaitForMessage() { reading_ = Reading::betweenMessages; }

    /// At least one byte, or 0 where there will be none: `ending()` then says why.
    size_t read(void *buffer, size_t count);
    /// All of it, or false.
    bool write(const void *buffer, size_t count);

    /// A-RELEASE-RP (PS3.8 section 9.3.7).
    void sendReleaseResponse();
    /// A-ABORT (PS3.8 section 9.3.8), from the service provider.
    void sendAbort();
    /// Lets the peer read what has been sent, before the connection goes: closing it with unread data would reset it.
    void closeGently();

    Ending ending() const { return ending_; }
    int descriptor() const { return descriptor_; }
    const std::string &address() const { return address_; }
    /// The first bytes of a connection that is not DICOM, described.
    const std::string &strangeness() const { return strangeness_; }

  private:
    enum class Reading { ahead, betweenMessages, insideMessage };

    bool wait(short events, Clock::time_point deadline, bool endsOnStop);
    bool readFully(unsigned char *buffer, size_t count, Clock::time_point deadline);

    int descriptor_;
    std::string address_;
    const StopSignal &stop_;
    TimeLimits limits_;
    Reading reading_ = Reading::ahead;
    Ending ending_ = Ending::none;
    std::vector<unsigned char> ahead_;
    size_t aheadTaken_ = 0;
    std::string strangeness_;
};

/// Hands `PeerSocket` to DCMTK's upper layer, in place of a connection of its own.
class PeerTransport : public DcmTransportLayer {
  public:
    explicit PeerTransport(PeerSocket &socket) : socket_(socket) {}
    DcmTransportConnection *createConnection(DcmNativeSocketType openSocket, OFBool useSecureLayer) override;

  private:
    PeerSocket &socket_;
};

}  // namespace cdcmtk

#endif

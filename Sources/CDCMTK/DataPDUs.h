#ifndef CDCMTK_DATA_PDUS_H
#define CDCMTK_DATA_PDUS_H

#include "PeerSocket.h"

#include <cstddef>
#include <vector>

namespace cdcmtk {

/// One presentation data value (PS3.8 section 9.3.5.1 and annex E.2).
struct PDV {
    unsigned char context = 0;
    bool isCommand = false;
    bool isLast = false;
    /// Holds until the next one is read.
    const unsigned char *fragment = nullptr;
    size_t count = 0;
};

/// Reads what a peer sends over an established association (PS3.8 section 9.3).
///
/// Not DCMTK's DUL_ReadPDVs and DUL_NextPDV: those of 3.6.7 lose their place, and read beyond their buffer, where a PDU holds three or
/// more PDVs of different lengths (dul.cc moves pdvPointer by the length of the wrong one).
class DataPDUs {
  public:
    /// No PDU may be longer than `maximumLength`, which is what the association was told.
    DataPDUs(PeerSocket &socket, size_t maximumLength) : socket_(socket), body_(maximumLength) {}

    enum class Result { value, releaseRequested, abortedByPeer, ended, broken };
    Result next(PDV &value);
    /// After `broken`.
    const char *trouble() const { return trouble_; }

  private:
    Result readPDU();
    bool readFully(unsigned char *bytes, size_t count);
    Result isBroken(const char *trouble);

    PeerSocket &socket_;
    std::vector<unsigned char> body_;
    size_t length_ = 0;
    size_t position_ = 0;
    const char *trouble_ = "";
};

}  // namespace cdcmtk

#endif

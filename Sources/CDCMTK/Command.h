#ifndef CDCMTK_COMMAND_H
#define CDCMTK_COMMAND_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace cdcmtk {

/// What a storage SCP needs of a DIMSE command set (PS3.7 section 9.3 and annex E).
///
/// Read here and not by DCMTK, whose parser takes sequences within sequences as deep as a peer cares to send them.
struct Command {
    static constexpr uint16_t storeRequest = 0x0001;
    static constexpr uint16_t echoRequest = 0x0030;
    static constexpr uint16_t cancelRequest = 0x0fff;
    static constexpr uint16_t noDataSet = 0x0101;

    uint16_t field = 0;
    uint16_t messageID = 0;
    uint16_t dataSetType = noDataSet;
    std::string affectedSOPClassUID;
    std::string affectedSOPInstanceUID;

    bool hasDataSet() const { return dataSetType != noDataSet; }

    /// Implicit VR Little Endian, group 0000 only; false where the bytes are no command set.
    bool parse(const unsigned char *bytes, size_t count);
};

}  // namespace cdcmtk

#endif

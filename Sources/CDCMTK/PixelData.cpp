// The first frame of the pixel data: its bytes, and what DCMTK's codecs make of them.

#include "DataSet.h"
#include "Guarded.h"
#include "Log.h"

#include "dcmtk/dcmdata/dccodec.h"
#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmdata/dcuid.h"
#include "dcmtk/dcmdata/dcxfer.h"
#include "dcmtk/dcmjpeg/djdecode.h"
#include "dcmtk/dcmjpls/djdecode.h"

#include <cstring>
#include <mutex>

namespace cdcmtk {

namespace {

/// A file may say that its pixels are in as many pieces as it has bytes.
constexpr size_t maximumFragments = 1000000;

void registerCodecs() {
    static std::once_flag once;
    std::call_once(once, [] {
        DcmRLEDecoderRegistration::registerCodecs();
        // YBR stays YBR: its Y is the luminance (PS3.3 section C.7.6.3.1.2), and nothing is rounded on the way to RGB and back.
        DJDecoderRegistration::registerCodecs(EDC_never);
        DJLSDecoderRegistration::registerCodecs();
    });
}

/// Warnings of the codecs that do not mean that a part of the picture is missing or made up.
bool isHarmless(const std::string &complaint) {
    for (const char *harmless : {"Unknown Adobe color transform", "unknown JFIF revision", "Invalid SOS parameters"}) {
        if (complaint.find(harmless) != std::string::npos) return true;
    }
    return complaint.empty();
}

/// The fragments of encapsulated pixel data, one after the other. Encapsulated is always little endian (PS3.5 section A.4).
class Fragments {
  public:
    explicit Fragments(BoundedFileStream &stream) : stream_(stream) {}

    /// Reads an item's header; false where there is none: at the sequence's end, at the end of the file, or at something else.
    bool next() {
        uint8_t header[8];
        stream_.allow(sizeof header);
        if (stream_.read(header, sizeof header) != static_cast<offile_off_t>(sizeof header)) return false;
        length_ = static_cast<uint32_t>(header[4]) | static_cast<uint32_t>(header[5]) << 8 | static_cast<uint32_t>(header[6]) << 16 |
                  static_cast<uint32_t>(header[7]) << 24;
        static const uint8_t itemTag[] = {0xfe, 0xff, 0x00, 0xe0};
        static const uint8_t endTag[] = {0xfe, 0xff, 0xdd, 0xe0};
        const bool isItem = std::memcmp(header, itemTag, sizeof itemTag) == 0;
        isDamaged_ = !isItem && std::memcmp(header, endTag, sizeof endTag) != 0;
        return isItem;
    }

    /// Whether the last `next` met something that is neither an item nor the sequence's end.
    bool isDamaged() const { return isDamaged_; }

    uint32_t length() const { return length_; }
    bool isCutOff() const { return length_ > stream_.DcmInputFileStream::avail(); }

    /// The first bytes of the item's value, which stay to be read.
    size_t peek(uint8_t *bytes, size_t count) {
        if (count > length_) count = length_;
        stream_.mark();
        stream_.allow(count);
        const offile_off_t taken = stream_.read(bytes, static_cast<offile_off_t>(count));
        stream_.putback();
        return static_cast<size_t>(taken);
    }

    bool append(std::vector<uint8_t> &bytes) {
        const size_t start = bytes.size();
        bytes.resize(start + length_);
        stream_.allow(length_);
        return length_ == 0 || stream_.read(bytes.data() + start, length_) == static_cast<offile_off_t>(length_);
    }

  private:
    BoundedFileStream &stream_;
    uint32_t length_ = 0;
    bool isDamaged_ = false;
};

/// Whether a fragment begins a codestream of JPEG, JPEG-LS (SOI) or JPEG 2000 (SOC and SIZ).
bool beginsCodestream(const uint8_t *bytes, size_t count) {
    return count >= 3 && bytes[0] == 0xff && ((bytes[1] == 0xd8 && bytes[2] == 0xff) || (bytes[1] == 0x4f && bytes[2] == 0xff));
}

OFCondition readEncodedFrame(cdcmtk_data_set &dataSet, size_t frames, size_t maximumBytes) {
    const OFCondition cutOff = failure("pixel data are cut off");
    Fragments fragments(*dataSet.stream);
    std::vector<uint8_t> table;
    if (!fragments.next() || fragments.isCutOff()) return cutOff;
    if (fragments.length() > maximumBytes) return failure("pixel data have an offset table that is larger than the limit");
    if (!fragments.append(table)) return cutOff;

    // The second frame's offset counts from the first fragment's tag.
    uint64_t secondFrame = 0;
    if (frames > 1 && table.size() >= 8)
        for (size_t byte = 0; byte < 4; ++byte) secondFrame |= static_cast<uint64_t>(table[4 + byte]) << (8 * byte);

    const bool isRLE = dataSet.transferSyntaxUID == UID_RLELosslessTransferSyntax;
    std::vector<uint8_t> &frame = dataSet.encodedFrame;
    uint64_t offset = 0;
    for (size_t count = 0; fragments.next(); ++count) {
        if (count > 0 && frames > 1) {
            uint8_t start[3] = {};
            const size_t known = fragments.peek(start, sizeof start);
            const bool isNextFrame = secondFrame != 0 ? offset >= secondFrame : isRLE || beginsCodestream(start, known);
            if (isNextFrame) break;
        }
        if (count == maximumFragments) return failure("pixel data are in more fragments than the limit");
        if (fragments.isCutOff()) return cutOff;
        if (fragments.length() > maximumBytes - frame.size()) return failure("pixel data of a frame are larger than the limit");
        if (!fragments.append(frame)) return cutOff;
        offset += 8 + static_cast<uint64_t>(fragments.length());
    }
    if (fragments.isDamaged()) return failure("pixel data have something else among their fragments");
    return frame.empty() ? failure("pixel data have no fragments") : EC_Normal;
}

OFCondition decodeFrame(cdcmtk_data_set &dataSet, uint8_t *buffer, size_t bufferBytes) {
    registerCodecs();
    DcmDataset *root = dataSet.file.getDataset();
    OFCondition condition = root->putAndInsertString(DCM_NumberOfFrames, "1");
    if (condition.good()) condition = root->putAndInsertUint16(DCM_PlanarConfiguration, 0);
    if (condition.bad()) return condition;

    DcmPixelSequence sequence(DCM_PixelSequenceTag);
    sequence.insert(new DcmPixelItem(DCM_PixelItemTag));
    auto *fragment = new DcmPixelItem(DCM_PixelItemTag);
    sequence.insert(fragment);
    std::vector<uint8_t> &encoded = dataSet.encodedFrame;
    if (encoded.size() % 2 != 0) encoded.push_back(0);
    condition = fragment->putUint8Array(encoded.data(), static_cast<unsigned long>(encoded.size()));
    if (condition.bad()) return condition;

    OFString colourModel;
    Uint32 firstFragment = 1;
    const DcmXfer syntax(dataSet.transferSyntaxUID.c_str());
    return DcmCodecList::decodeFrame(syntax, nullptr, &sequence, root, 0, firstFragment, buffer, static_cast<Uint32>(bufferBytes), colourModel);
}

}  // namespace

}  // namespace cdcmtk

extern "C" {

const cdcmtk_pixel_element *cdcmtk_data_set_pixel_element(const cdcmtk_data_set *dataSet) {
    return dataSet->hasPixelData ? &dataSet->pixelElement : nullptr;
}

bool cdcmtk_data_set_read_pixels(cdcmtk_data_set *dataSet, uint8_t *buffer, size_t count, char *message, size_t capacity) {
    return cdcmtk::guarded(message, capacity, [&]() -> OFCondition {
        const cdcmtk::QuietThread quiet;
        dataSet->stream->allow(count);
        size_t have = 0;
        while (have < count) {
            const offile_off_t taken = dataSet->stream->read(buffer + have, static_cast<offile_off_t>(count - have));
            if (taken <= 0) return cdcmtk::failure("pixel data are cut off");
            have += static_cast<size_t>(taken);
        }
        return EC_Normal;
    });
}

bool cdcmtk_data_set_read_encoded_frame(cdcmtk_data_set *dataSet, size_t frames, size_t maximumBytes, const uint8_t **bytes, size_t *count,
                                        char *message, size_t capacity) {
    return cdcmtk::guarded(message, capacity, [&]() -> OFCondition {
        const cdcmtk::QuietThread quiet;
        const OFCondition condition = cdcmtk::readEncodedFrame(*dataSet, frames, maximumBytes);
        *bytes = dataSet->encodedFrame.data();
        *count = dataSet->encodedFrame.size();
        return condition;
    });
}

bool cdcmtk_data_set_decode_frame(cdcmtk_data_set *dataSet, uint8_t *buffer, size_t capacityBytes, char *message, size_t capacity) {
    return cdcmtk::guarded(message, capacity, [&]() -> OFCondition {
        const cdcmtk::QuietThread quiet;
        const OFCondition condition = cdcmtk::decodeFrame(*dataSet, buffer, capacityBytes);
        // The codecs of RLE and JPEG say these two of a codestream that ends early.
        const bool isShort = condition == EC_CannotChangeRepresentation || condition == EC_IllegalCall;
        if (isShort || (condition.good() && !cdcmtk::isHarmless(quiet.firstComplaint())))
            return cdcmtk::failure("a part of it is missing or damaged");
        return condition;
    });
}

}  // extern "C"

#ifndef CDCMTK_SENDER_H
#define CDCMTK_SENDER_H

#include "CDCMTK.h"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcfilefo.h"
#include "dcmtk/dcmnet/assoc.h"
#include "dcmtk/dcmnet/dcmlayer.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace cdcmtk {

/// Lets another thread end what waits on a connection.
class Lifeline {
  public:
    void hold(int descriptor);
    /// Before the descriptor is closed, and its number goes to somebody else.
    void letGo();
    void cut();
    bool isCut();

  private:
    std::mutex mutex_;
    int descriptor_ = -1;
    bool isCut_ = false;
};

/// DCMTK's own transport; the lifeline holds each connection that it makes.
class SenderTransport : public DcmTransportLayer {
  public:
    explicit SenderTransport(Lifeline &lifeline) : lifeline_(lifeline) {}
    DcmTransportConnection *createConnection(DcmNativeSocketType openSocket, OFBool useSecureLayer) override;

  private:
    Lifeline &lifeline_;
};

}  // namespace cdcmtk

struct cdcmtk_sender {
    std::string peer;
    std::string calledAETitle;
    std::string callingAETitle;
    int connectSeconds = 0;
    int acseSeconds = 0;
    int dimseSeconds = 0;
    long pduSize = 0;
    std::string implementationClassUID;
    std::string implementationVersionName;
    cdcmtk::Lifeline lifeline;
};

namespace cdcmtk {

/// One object on its way, over an association of its own (PS3.4 annex B, PS3.7 section 9.1.1, PS3.8 section 7).
class Sending {
  public:
    explicit Sending(cdcmtk_sender &sender) : sender_(sender), transport_(sender.lifeline) {}
    ~Sending();
    Sending(const Sending &) = delete;
    Sending &operator=(const Sending &) = delete;

    cdcmtk_sending send(const uint8_t *file, size_t count);
    cdcmtk_sending ended(cdcmtk_sending_end end, const char *detail) const;

  private:
    bool read(const uint8_t *file, size_t count);
    OFCondition request();
    cdcmtk_sending refused(const OFCondition &condition) const;
    cdcmtk_sending store(T_ASC_PresentationContextID context);

    cdcmtk_sender &sender_;
    SenderTransport transport_;
    DcmFileFormat file_;
    OFString sopClassUID_;
    OFString sopInstanceUID_;
    T_ASC_Network *network_ = nullptr;
    T_ASC_Parameters *parameters_ = nullptr;
    T_ASC_Association *association_ = nullptr;
};

}  // namespace cdcmtk

#endif

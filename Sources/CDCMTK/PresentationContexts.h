#ifndef CDCMTK_PRESENTATION_CONTEXTS_H
#define CDCMTK_PRESENTATION_CONTEXTS_H

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmnet/assoc.h"

#include <array>
#include <string>
#include <vector>

namespace cdcmtk {

/// Decides which presentation contexts of an association are accepted, and in which transfer syntax.
///
/// Abstract syntaxes: Verification, and every storage SOP class DCMTK knows, retired ones included; on request any that its
/// dictionary of UIDs does not know at all (private storage classes, and those younger than DCMTK).
///
/// Transfer syntaxes: all DCMTK knows. Where a context offers several, one that loses nothing goes first: explicit VR or reversible
/// compression, in the sender's order; then Implicit VR (it loses the VRs of private attributes); lossy compression last, so that a
/// sender that has the image uncompressed is never made to compress it, and one that has only lossy images can still send them.
class PresentationContexts {
  public:
    explicit PresentationContexts(bool acceptsUnknownSOPClasses) : acceptsUnknownSOPClasses_(acceptsUnknownSOPClasses) {}

    /// Answers each context proposed in `parameters`.
    OFCondition negotiate(T_ASC_Parameters *parameters);

    /// Empty: no context of that number was accepted.
    const std::string &transferSyntax(T_ASC_PresentationContextID context) const { return accepted_[context]; }

    /// The one to accept of those proposed; null: none.
    static const char *preferredTransferSyntax(const std::vector<std::string> &proposed);

  private:
    bool acceptsAbstractSyntax(const std::string &uid) const;

    bool acceptsUnknownSOPClasses_;
    std::array<std::string, 256> accepted_;
};

}  // namespace cdcmtk

#endif

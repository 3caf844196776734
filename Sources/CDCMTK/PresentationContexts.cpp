#include "PresentationContexts.h"

#include "dcmtk/dcmdata/dcuid.h"
#include "dcmtk/dcmdata/dcxfer.h"

#include <unordered_set>

namespace cdcmtk {

namespace {

struct Proposal {
    T_ASC_PresentationContextID id;
    std::string abstractSyntax;
    std::vector<std::string> transferSyntaxes;
};

/// The requestor's list, copied: DCMTK's list has a cursor of its own that its accept functions move.
std::vector<Proposal> proposals(T_ASC_Parameters *parameters) {
    std::vector<Proposal> all;
    LST_HEAD **contexts = &parameters->DULparams.requestedPresentationContext;
    if (*contexts == nullptr) return all;
    auto *context = static_cast<DUL_PRESENTATIONCONTEXT *>(LST_Head(contexts));
    (void)LST_Position(contexts, context);
    for (; context != nullptr; context = static_cast<DUL_PRESENTATIONCONTEXT *>(LST_Next(contexts))) {
        Proposal proposal = {context->presentationContextID, context->abstractSyntax, {}};
        LST_HEAD **syntaxes = &context->proposedTransferSyntax;
        if (*syntaxes != nullptr) {
            auto *syntax = static_cast<DUL_TRANSFERSYNTAX *>(LST_Head(syntaxes));
            (void)LST_Position(syntaxes, syntax);
            for (; syntax != nullptr; syntax = static_cast<DUL_TRANSFERSYNTAX *>(LST_Next(syntaxes)))
                proposal.transferSyntaxes.emplace_back(syntax->transferSyntax);
        }
        all.push_back(std::move(proposal));
    }
    return all;
}

const std::unordered_set<std::string> &storageSOPClasses() {
    static const std::unordered_set<std::string> classes(dcmAllStorageSOPClassUIDs,
                                                         dcmAllStorageSOPClassUIDs + numberOfDcmAllStorageSOPClassUIDs);
    return classes;
}

/// 0 is the best.
int rank(const DcmXfer &syntax) {
    if (syntax.isReferenced()) return 4;
    if (syntax.isLossy()) return 3;
    if (syntax.isImplicitVR()) return 2;
    return syntax.isBigEndian() ? 1 : 0;
}

}  // namespace

const char *PresentationContexts::preferredTransferSyntax(const std::vector<std::string> &proposed) {
    const std::string *best = nullptr;
    int bestRank = 5;
    for (const std::string &uid : proposed) {
        const DcmXfer syntax(uid.c_str());
        if (syntax.getXfer() == EXS_Unknown || rank(syntax) >= bestRank) continue;
        best = &uid;
        bestRank = rank(syntax);
    }
    return best == nullptr ? nullptr : best->c_str();
}

bool PresentationContexts::acceptsAbstractSyntax(const std::string &uid) const {
    if (uid == UID_VerificationSOPClass || storageSOPClasses().count(uid) != 0) return true;
    return acceptsUnknownSOPClasses_ && dcmFindNameOfUID(uid.c_str(), nullptr) == nullptr;
}

OFCondition PresentationContexts::negotiate(T_ASC_Parameters *parameters) {
    for (const Proposal &proposal : proposals(parameters)) {
        OFCondition condition;
        // DCMTK keeps at most so many for a context, and fails on every message of one that has more.
        const bool fits = proposal.transferSyntaxes.size() <= DICOM_MAXTRANSFERSYNTAXES;
        const char *syntax = fits ? preferredTransferSyntax(proposal.transferSyntaxes) : nullptr;
        if (!acceptsAbstractSyntax(proposal.abstractSyntax)) {
            condition = ASC_refusePresentationContext(parameters, proposal.id, ASC_P_ABSTRACTSYNTAXNOTSUPPORTED);
        } else if (syntax == nullptr) {
            condition = ASC_refusePresentationContext(parameters, proposal.id, ASC_P_TRANSFERSYNTAXESNOTSUPPORTED);
        } else {
            condition = ASC_acceptPresentationContext(parameters, proposal.id, syntax);
            if (condition.good()) accepted_[proposal.id] = syntax;
        }
        if (condition.bad()) return condition;
    }
    return EC_Normal;
}

}  // namespace cdcmtk

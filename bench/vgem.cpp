// SPDX-License-Identifier: MIT
#include "vgem.hpp"

#include "parallax/system_call.hpp"

#include <fcntl.h>
#include <xf86drm.h>

#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace parallax::bench {
namespace {

bool is_vgem(int card) {
    drmVersion* const version = drmGetVersion(card);
    const bool vgem = version != nullptr && std::string_view(version->name) == "vgem";
    drmFreeVersion(version);
    return vgem;
}

UniqueFd find_vgem() {
    std::error_code none; // without /dev/dri there is no card
    for (const auto& entry : std::filesystem::directory_iterator("/dev/dri", none)) {
        if (!entry.path().filename().string().starts_with("card")) {
            continue;
        }
        UniqueFd card(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
        if (card && is_vgem(card.get())) {
            return card;
        }
    }
    return {};
}

} // namespace

Vgem::Vgem() : card_(find_vgem()) {
    if (!card_) {
        throw std::runtime_error("there is no vgem device; try: sudo modprobe vgem");
    }
}

VgemImport::VgemImport(const Vgem& device, const DmaBuf& buffer) : card_(device.fd()) {
    if (drmPrimeFDToHandle(card_, buffer.fd(), &handle_) != 0) {
        throw_errno("vgem cannot import the dma-buf");
    }
}

VgemImport::~VgemImport() {
    drmCloseBufferHandle(card_, handle_);
}

} // namespace parallax::bench

// SPDX-License-Identifier: MIT
#include "parallax/kms/framebuffer.hpp"

#include "parallax/kms/card_answers.hpp"
#include "parallax/kms/handles.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace parallax::kms {
namespace {

using NamePtr = std::unique_ptr<char, Free<std::free>>;

/// @param handles one for each dma-buf.
/// @return 0 or a negative errno.
int add_framebuffer(const Card& card, std::span<const std::uint32_t> handles,
                    const ImageLayout& layout, std::uint32_t& id) {
    std::array<std::uint32_t, 4> plane_handles{};
    std::array<std::uint32_t, 4> strides{};
    std::array<std::uint32_t, 4> offsets{};
    std::array<std::uint64_t, 4> modifiers{};
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        const PlaneLayout& plane = layout.planes.at(i);
        plane_handles.at(i) = handles[plane.buffer];
        strides.at(i) = static_cast<std::uint32_t>(plane.stride);
        offsets.at(i) = static_cast<std::uint32_t>(plane.offset);
        modifiers.at(i) = layout.modifier;
    }
    if (card.takes_modifiers()) {
        return drmModeAddFB2WithModifiers(card.fd(), layout.extent.width, layout.extent.height,
                                          layout.fourcc, plane_handles.data(), strides.data(),
                                          offsets.data(), modifiers.data(), &id,
                                          DRM_MODE_FB_MODIFIERS);
    }
    return drmModeAddFB2(card.fd(), layout.extent.width, layout.extent.height, layout.fourcc,
                         plane_handles.data(), strides.data(), offsets.data(), &id, 0);
}

} // namespace

std::expected<Card, Reasons> Card::open(const std::string& wish) {
    Reasons reasons;
    const bool by_path = wish.starts_with('/');
    for (const std::string& path : by_path ? std::vector{wish} : card_nodes()) {
        auto card = open_node(path);
        if (!card) {
            reasons.push_back(card.error());
        } else if (!by_path && !wish.empty() && card->driver() != wish) {
            reasons.push_back(
                text::format("{} is driven by {}, not by {}", path, card->driver(), wish));
        } else {
            return *std::move(card);
        }
    }
    if (reasons.empty()) {
        reasons.emplace_back("there is no card in /dev/dri: no display driver is loaded");
    }
    return std::unexpected(std::move(reasons));
}

std::expected<Card, std::string> Card::open_node(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!fd) {
        return std::unexpected(cannot_open(path));
    }
    if (!VersionPtr(drmGetVersion(fd.get()))) {
        return std::unexpected(text::format("{} is no DRM device", path));
    }
    Card card(std::move(fd));
    card.path_ = path;
    const ResourcesPtr resources(drmModeGetResources(card.fd()));
    if (!resources || resources->count_crtcs == 0 || resources->count_connectors == 0) {
        return std::unexpected(text::format("{} ({}) drives no display", path, card.driver()));
    }
    if (drmSetClientCap(card.fd(), DRM_CLIENT_CAP_ATOMIC, 1) != 0) {
        return std::unexpected(
            text::format("{} ({}) has no atomic mode setting", path, card.driver()));
    }
    return card;
}

Card::Card(UniqueFd&& fd) : fd_(std::move(fd)) {
    const VersionPtr version(drmGetVersion(fd_.get()));
    if (!version) {
        throw_errno("this file descriptor is not of a DRM device");
    }
    driver_ = printable(version->name);
    const NamePtr node(drmGetDeviceNameFromFd2(fd_.get()));
    path_ = node ? node.get() : "";
    std::uint64_t modifiers = 0;
    drmGetCap(fd_.get(), DRM_CAP_ADDFB2_MODIFIERS, &modifiers); // 0 if it is not known
    modifiers_ = modifiers == 1;
}

bool Card::is_master() const {
    return drmIsMaster(fd_.get()) != 0;
}

std::expected<Framebuffer, Reasons>
Framebuffer::create(const Card& card, std::span<const DmaBuf> buffers, const ImageLayout& layout) {
    for (const PlaneLayout& plane : layout.planes) {
        if (plane.buffer >= buffers.size()) {
            return std::unexpected(Reasons{
                text::format("a plane lies in dma-buf {}, counted from 0, and {} were given",
                             plane.buffer, buffers.size())});
        }
        if (plane.stride > UINT32_MAX || plane.offset > UINT32_MAX) {
            return std::unexpected(Reasons{text::format(
                "stride {} and offset {} of a framebuffer have 32 bits, in every driver",
                plane.stride, plane.offset)});
        }
    }
    Framebuffer framebuffer(card);
    if (layout.format().is_ycbcr) {
        framebuffer.colour_ = layout.colour();
    }
    for (const DmaBuf& buffer : buffers) {
        std::uint32_t handle = 0;
        if (drmPrimeFDToHandle(card.fd(), buffer.fd(), &handle) != 0) {
            return std::unexpected(
                Reasons{text::format("{} does not import a dma-buf of another driver (PRIME: {})",
                                     card.driver(), std::strerror(errno))});
        }
        framebuffer.handles_.push_back(handle);
    }
    if (const int error = add_framebuffer(card, framebuffer.handles_, layout, framebuffer.id_);
        error != 0) {
        return std::unexpected(Reasons{text::format(
            "{} makes no framebuffer of {}x{} {}, stride {}, modifier 0x{:x}, in a dma-buf of {} "
            "bytes ({})",
            card.driver(), layout.extent.width, layout.extent.height, layout.format().name,
            layout.planes[0].stride, layout.modifier, buffers.front().size(),
            std::strerror(-error))});
    }
    return framebuffer;
}

Framebuffer::Framebuffer(Framebuffer&& other) noexcept
    : card_(other.card_),
      handles_(std::exchange(other.handles_, {})),
      id_(std::exchange(other.id_, 0)),
      colour_(other.colour_) {}

Framebuffer::~Framebuffer() {
    if (id_ != 0) {
        drmModeRmFB(card_->fd(), id_);
    }
    for (const std::uint32_t handle : handles_) {
        drmCloseBufferHandle(card_->fd(), handle);
    }
}

} // namespace parallax::kms

// SPDX-License-Identifier: MIT
#include "parallax/kms/writeback.hpp"

#include "parallax/kms/atomic_request.hpp"
#include "parallax/kms/handles.hpp"
#include "parallax/kms/properties.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace parallax::kms {
namespace {

/// A bit for each CRTC that can feed the connector.
std::uint32_t possible_crtcs(const Card& card, const drmModeConnector& connector) {
    std::uint32_t possible = 0;
    for (const std::uint32_t id :
         std::span(connector.encoders, static_cast<std::size_t>(connector.count_encoders))) {
        if (const EncoderPtr encoder(drmModeGetEncoder(card.fd(), id)); encoder) {
            possible |= encoder->possible_crtcs;
        }
    }
    return possible;
}

/// The fourccs that it can write.
std::vector<std::uint32_t> formats_of(const Card& card, std::uint32_t connector) {
    const Properties properties(card, connector, DRM_MODE_OBJECT_CONNECTOR);
    const Property* const formats = properties.find("WRITEBACK_PIXEL_FORMATS");
    const PropertyBlobPtr blob(
        formats != nullptr
            ? drmModeGetPropertyBlob(card.fd(), static_cast<std::uint32_t>(formats->value))
            : nullptr);
    std::vector<std::uint32_t> fourccs(blob ? blob->length / sizeof(std::uint32_t) : 0);
    if (!fourccs.empty()) {
        std::memcpy(fourccs.data(), blob->data, fourccs.size() * sizeof(std::uint32_t));
    }
    return fourccs;
}

} // namespace

std::expected<Writeback, Reasons> Writeback::find(const Card& card, std::uint32_t crtc) {
    Reasons reasons{text::format("{} has no writeback connector for this display", card.driver())};
    if (drmSetClientCap(card.fd(), DRM_CLIENT_CAP_WRITEBACK_CONNECTORS, 1) != 0) {
        return std::unexpected(std::move(reasons));
    }
    const ResourcesPtr resources(drmModeGetResources(card.fd()));
    if (!resources) {
        throw_errno(card.driver() + " does not tell what it drives");
    }
    const std::span crtcs(resources->crtcs, static_cast<std::size_t>(resources->count_crtcs));
    const auto index = std::ranges::find(crtcs, crtc) - crtcs.begin();
    for (const std::uint32_t id :
         std::span(resources->connectors, static_cast<std::size_t>(resources->count_connectors))) {
        const ConnectorPtr connector(drmModeGetConnectorCurrent(card.fd(), id));
        if (!connector || connector->connector_type != DRM_MODE_CONNECTOR_WRITEBACK ||
            (possible_crtcs(card, *connector) >> index & 1U) == 0) {
            continue;
        }
        if (std::ranges::contains(formats_of(card, id), DRM_FORMAT_XRGB8888)) {
            return Writeback(card, crtc, id);
        }
        reasons = {text::format("{} writes no XRGB8888 back", card.driver())};
    }
    return std::unexpected(std::move(reasons));
}

void Writeback::capture(const Framebuffer& target) const {
    const Properties properties(card_, connector_, DRM_MODE_OBJECT_CONNECTOR);
    const auto set = [&](const char* name, std::uint64_t value) {
        return Assignment{.object = connector_, .property = properties.id(name), .value = value};
    };
    std::int32_t fence = -1;
    AtomicRequest(
        card_, std::array{set("CRTC_ID", crtc_), set("WRITEBACK_FB_ID", target.id()),
                          set("WRITEBACK_OUT_FENCE_PTR", reinterpret_cast<std::uintptr_t>(&fence))})
        .commit(DRM_MODE_ATOMIC_ALLOW_MODESET, nullptr, "write back what it shows");
    const UniqueFd done(fence);
    constexpr int too_long = 60'000; // ms: where software draws, under emulation
    pollfd waiting{.fd = done.get(), .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, too_long) != 1) {
        errno = ETIMEDOUT;
        throw_errno(card_.driver() + " has not written back what it shows");
    }
    AtomicRequest(card_, std::array{set("CRTC_ID", 0)})
        .commit(DRM_MODE_ATOMIC_ALLOW_MODESET, nullptr, "end the writeback");
}

} // namespace parallax::kms

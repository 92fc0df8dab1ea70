// SPDX-License-Identifier: MIT
#include "parallax/kms/output.hpp"

#include "parallax/kms/handles.hpp"
#include "parallax/kms/properties.hpp"

#include <algorithm>
#include <format>
#include <optional>
#include <span>

namespace parallax::kms {
namespace {

std::string name_of(const drmModeConnector& connector) {
    const char* const type = drmModeGetConnectorTypeName(connector.connector_type);
    return std::format("{}-{}", type != nullptr ? type : "Unknown", connector.connector_type_id);
}

std::string size_text(const drmModeModeInfo& mode) {
    return std::format("{}x{}", mode.hdisplay, mode.vdisplay);
}

std::string mode_text(const drmModeModeInfo& mode) {
    return std::format("{}@{}", size_text(mode), mode.vrefresh);
}

std::span<const drmModeModeInfo> modes_of(const drmModeConnector& connector) {
    return {connector.modes, static_cast<std::size_t>(connector.count_modes)};
}

std::expected<ConnectorPtr, Reasons> choose_connector(const Card& card, const drmModeRes& resources,
                                                      const std::string& wish) {
    Reasons reasons;
    for (const std::uint32_t id :
         std::span(resources.connectors, static_cast<std::size_t>(resources.count_connectors))) {
        ConnectorPtr connector(drmModeGetConnector(card.fd(), id));
        if (!connector) {
            continue;
        }
        const std::string name = name_of(*connector);
        if (!wish.empty() && name != wish) {
            reasons.push_back(std::format("connector {} is not the one asked for", name));
        } else if (connector->connection == DRM_MODE_DISCONNECTED || connector->count_modes == 0) {
            reasons.push_back(std::format("nothing is connected to {}", name));
        } else {
            return connector;
        }
    }
    if (reasons.empty()) {
        reasons.push_back(std::format("{} has no connectors", card.driver()));
    }
    return std::unexpected(std::move(reasons));
}

std::expected<drmModeModeInfo, Reasons> choose_mode(const drmModeConnector& connector,
                                                    const std::string& wish) {
    const auto modes = modes_of(connector);
    const auto found = std::ranges::find_if(modes, [&wish](const drmModeModeInfo& mode) {
        return wish.empty() ? (mode.type & DRM_MODE_TYPE_PREFERRED) != 0
                            : wish == size_text(mode) || wish == mode_text(mode);
    });
    if (found != modes.end()) {
        return *found;
    }
    if (wish.empty()) { // no mode is preferred
        return modes.front();
    }
    std::string names;
    for (const drmModeModeInfo& mode : modes) {
        names += std::format("{}{}", names.empty() ? "" : ", ", mode_text(mode));
    }
    return std::unexpected(
        Reasons{std::format("{} has no mode {}; it has {}", name_of(connector), wish, names)});
}

/// The index of a CRTC that the connector can be fed by: the one in use first.
std::optional<std::uint32_t> choose_crtc(const Card& card, const drmModeRes& resources,
                                         const drmModeConnector& connector) {
    std::uint32_t possible = 0;
    for (const std::uint32_t id :
         std::span(connector.encoders, static_cast<std::size_t>(connector.count_encoders))) {
        if (const EncoderPtr encoder(drmModeGetEncoder(card.fd(), id)); encoder) {
            possible |= encoder->possible_crtcs;
        }
    }
    std::uint32_t in_use = 0;
    if (const EncoderPtr encoder(drmModeGetEncoder(card.fd(), connector.encoder_id)); encoder) {
        in_use = encoder->crtc_id;
    }
    std::optional<std::uint32_t> chosen;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(resources.count_crtcs); ++i) {
        if ((possible >> i & 1U) != 0 && (!chosen || resources.crtcs[i] == in_use)) {
            chosen = i;
        }
    }
    return chosen;
}

PlanePtr choose_primary_plane(const Card& card, std::uint32_t crtc_index) {
    const PlaneResourcesPtr planes(drmModeGetPlaneResources(card.fd()));
    for (std::uint32_t i = 0; planes && i < planes->count_planes; ++i) {
        PlanePtr plane(drmModeGetPlane(card.fd(), planes->planes[i]));
        if (!plane || (plane->possible_crtcs >> crtc_index & 1U) == 0) {
            continue;
        }
        const Properties properties(card, plane->plane_id, DRM_MODE_OBJECT_PLANE);
        if (properties.value("type") == DRM_PLANE_TYPE_PRIMARY) {
            return plane;
        }
    }
    return nullptr;
}

} // namespace

std::expected<Output, Reasons> choose_output(const Card& card, const OutputWishes& wishes) {
    const ResourcesPtr resources(drmModeGetResources(card.fd()));
    if (!resources) {
        return std::unexpected(Reasons{card.driver() + " does not tell what it drives"});
    }
    const auto connector = choose_connector(card, *resources, wishes.connector);
    if (!connector) {
        return std::unexpected(connector.error());
    }
    const auto mode = choose_mode(**connector, wishes.mode);
    if (!mode) {
        return std::unexpected(mode.error());
    }
    const auto crtc = choose_crtc(card, *resources, **connector);
    const PlanePtr plane = crtc ? choose_primary_plane(card, *crtc) : nullptr;
    if (!plane) {
        return std::unexpected(Reasons{std::format("{} has no CRTC and primary plane for {}",
                                                   card.driver(), name_of(**connector))});
    }
    return Output{.connector_name = name_of(**connector),
                  .connector = (*connector)->connector_id,
                  .crtc = resources->crtcs[*crtc],
                  .plane = plane->plane_id,
                  .mode = *mode,
                  .formats = {plane->formats, plane->formats + plane->count_formats}};
}

} // namespace parallax::kms

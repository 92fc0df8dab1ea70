// SPDX-License-Identifier: MIT
#include "parallax/kms/output.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>

namespace parallax::kms {
namespace {

std::string size_text(const drmModeModeInfo& mode) {
    return text::format("{}x{}", mode.hdisplay, mode.vdisplay);
}

std::string mode_text(const drmModeModeInfo& mode) {
    return text::format("{}@{}", size_text(mode), mode.vrefresh);
}

bool shows_a_picture(const CardAnswers& answers, const ConnectorAnswer& connector) {
    const auto crtc = static_cast<std::uint32_t>(answers.state.value(connector.id, "CRTC_ID"));
    return crtc != 0 && answers.state.value(crtc, "ACTIVE") != 0;
}

std::expected<const ConnectorAnswer*, Reasons> choose_connector(const CardAnswers& answers,
                                                                const std::string& wish) {
    Reasons reasons;
    const ConnectorAnswer* chosen = nullptr;
    // A laptop's panel is connected with the lid shut, too: prefer a monitor that shows a picture.
    const auto rank = [&answers](const ConnectorAnswer& connector) {
        return (shows_a_picture(answers, connector) ? 2 : 0) +
               (connector.connection == DRM_MODE_CONNECTED ? 1 : 0);
    };
    for (const ConnectorAnswer& connector : answers.connectors) {
        if (!wish.empty() && connector.name != wish) {
            reasons.push_back(
                text::format("connector {} is not the one asked for", connector.name));
        } else if (connector.connection == DRM_MODE_DISCONNECTED || connector.modes.empty()) {
            reasons.push_back(text::format("nothing is connected to {}", connector.name));
        } else if (chosen == nullptr || rank(connector) > rank(*chosen)) {
            chosen = &connector;
        }
    }
    if (chosen != nullptr) {
        return chosen;
    }
    if (reasons.empty()) {
        reasons.push_back(text::format("{} has no connectors", answers.driver));
    }
    return std::unexpected(std::move(reasons));
}

std::expected<drmModeModeInfo, Reasons> choose_mode(const ConnectorAnswer& connector,
                                                    const std::string& wish) {
    const auto found = std::ranges::find_if(connector.modes, [&wish](const drmModeModeInfo& mode) {
        return wish.empty() ? (mode.type & DRM_MODE_TYPE_PREFERRED) != 0
                            : wish == size_text(mode) || wish == mode_text(mode);
    });
    if (found != connector.modes.end()) {
        return *found;
    }
    if (wish.empty()) { // no mode is preferred
        return connector.modes.front();
    }
    return std::unexpected(Reasons{text::format("{} has no mode {}; it has {}", connector.name,
                                                wish, joined(connector.modes, ", ", mode_text))});
}

/// The names of the connectors that a CRTC feeds, other than @p connector; empty for none.
std::string others_fed_by(const CardAnswers& answers, std::uint32_t crtc,
                          const ConnectorAnswer& connector) {
    std::string names;
    for (const ConnectorAnswer& other : answers.connectors) {
        if (other.id != connector.id && answers.state.value(other.id, "CRTC_ID") == crtc) {
            append(names, other.name, " and ");
        }
    }
    return names;
}

/// Indices of the CRTCs that the connector can use, the best first: its own if that feeds no other
/// connector; else those that feed none, and then its own.
std::vector<std::size_t> usable_crtcs(const CardAnswers& answers, const ConnectorAnswer& connector,
                                      Reasons& reasons) {
    const std::uint64_t own = answers.state.value(connector.id, "CRTC_ID");
    std::vector<std::size_t> usable;
    std::vector<std::size_t> shared;
    for (std::size_t i = 0; i < answers.crtcs.size(); ++i) {
        const std::uint32_t crtc = answers.crtcs[i];
        if ((connector.possible_crtcs >> i & 1U) == 0) {
            continue;
        }
        const std::string others = others_fed_by(answers, crtc, connector);
        if (crtc == own && others.empty()) {
            return {i};
        }
        if (crtc == own) {
            shared.push_back(i);
        } else if (others.empty()) {
            usable.push_back(i);
        } else {
            reasons.push_back(text::format("CRTC {} feeds {}", crtc, others));
        }
    }
    usable.insert(usable.end(), shared.begin(), shared.end());
    return usable;
}

/// A primary plane that is on this CRTC already, or else one that is unused. Some drivers offer
/// each plane to all CRTCs; a plane in use on another CRTC is not taken.
const PlaneAnswer* choose_plane(const CardAnswers& answers, std::size_t crtc_index,
                                Reasons& reasons) {
    const std::uint32_t crtc = answers.crtcs[crtc_index];
    const PlaneAnswer* free = nullptr;
    std::string busy;
    for (const PlaneAnswer& plane : answers.planes) {
        const ObjectState* const state = answers.state.find(plane.id);
        const Property* const type = state != nullptr ? state->properties.find("type") : nullptr;
        if (type == nullptr || type->value != DRM_PLANE_TYPE_PRIMARY ||
            (plane.possible_crtcs >> crtc_index & 1U) == 0) {
            continue;
        }
        const std::uint64_t at_work_on = answers.state.value(plane.id, "CRTC_ID");
        if (at_work_on == crtc) {
            return &plane;
        }
        if (at_work_on != 0) {
            busy += text::format("; plane {} is at work on CRTC {}", plane.id, at_work_on);
        } else if (free == nullptr) {
            free = &plane;
        }
    }
    if (free == nullptr) {
        reasons.push_back(text::format("CRTC {} has no free primary plane{}", crtc, busy));
    }
    return free;
}

} // namespace

std::expected<Output, Reasons> choose_output(const CardAnswers& answers,
                                             const OutputWishes& wishes) {
    const auto connector = choose_connector(answers, wishes.connector);
    if (!connector) {
        return std::unexpected(connector.error());
    }
    const auto mode = choose_mode(**connector, wishes.mode);
    if (!mode) {
        return std::unexpected(mode.error());
    }
    Reasons reasons{text::format("{} has no free CRTC with a primary plane for {}", answers.driver,
                                 (*connector)->name)};
    for (const std::size_t crtc : usable_crtcs(answers, **connector, reasons)) {
        if (const PlaneAnswer* const plane = choose_plane(answers, crtc, reasons)) {
            return Output{.connector_name = (*connector)->name,
                          .connector = (*connector)->id,
                          .crtc = answers.crtcs[crtc],
                          .plane = plane->id,
                          .mode = *mode,
                          .formats = plane->formats};
        }
    }
    return std::unexpected(std::move(reasons));
}

std::expected<Output, Reasons> choose_output(const Card& card, const OutputWishes& wishes) {
    return choose_output(ask_card(card), wishes);
}

} // namespace parallax::kms

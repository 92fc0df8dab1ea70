// SPDX-License-Identifier: MIT
#include "parallax/kms/display_state.hpp"

#include "parallax/kms/atomic_request.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace parallax::kms {
namespace {

/// The properties that define the picture on a display. Others are the driver's own (DPMS,
/// link-status), or no state (fences).
constexpr std::array shown_by{
    std::string_view("CRTC_ID"),     std::string_view("ACTIVE"),
    std::string_view("MODE_ID"),     std::string_view("GAMMA_LUT"),
    std::string_view("DEGAMMA_LUT"), std::string_view("CTM"),
    std::string_view("FB_ID"),       std::string_view("CRTC_X"),
    std::string_view("CRTC_Y"),      std::string_view("CRTC_W"),
    std::string_view("CRTC_H"),      std::string_view("SRC_X"),
    std::string_view("SRC_Y"),       std::string_view("SRC_W"),
    std::string_view("SRC_H"),       std::string_view("rotation"),
    std::string_view("alpha"),       std::string_view("pixel blend mode"),
    std::string_view("COLOR_RANGE"), std::string_view("COLOR_ENCODING"),
};

template <typename Id>
std::span<const Id> list(const Id* ids, std::integral auto count) {
    return {ids, static_cast<std::size_t>(count)};
}

/// Calls @p found(object, property's name, property now or null, wanted property) for each property
/// that differs, and @p gone(object) for each object that no longer exists.
void for_each_difference(const DisplayState& now, const DisplayState& wanted, const auto& found,
                         const auto& gone) {
    for (const ObjectState& object : wanted.objects) {
        const ObjectState* const present = now.find(object.id);
        if (present == nullptr) {
            gone(object);
            continue;
        }
        for (const std::string_view view : shown_by) {
            const std::string name(view);
            const Property* const then = object.properties.find(name);
            const Property* const today = present->properties.find(name);
            if (then != nullptr && today != nullptr && !today->means_the_same_as(*then)) {
                found(object, name, *today, *then);
            }
        }
    }
}

} // namespace

DisplayState DisplayState::read(const Card& card) {
    DisplayState state;
    const auto add = [&](std::uint32_t id, std::uint32_t type, std::string name) {
        state.objects.push_back({.id = id,
                                 .type = type,
                                 .name = std::move(name),
                                 .properties = Properties(card, id, type)});
    };
    const ResourcesPtr resources(drmModeGetResources(card.fd()));
    const PlaneResourcesPtr planes(drmModeGetPlaneResources(card.fd()));
    if (!resources || !planes) {
        throw_errno(card.driver() + " does not tell what it drives");
    }
    for (const std::uint32_t id : list(resources->connectors, resources->count_connectors)) {
        // An object that was removed since (a hub was unplugged) shows nothing.
        if (const ConnectorPtr connector(drmModeGetConnectorCurrent(card.fd(), id)); connector) {
            add(id, DRM_MODE_OBJECT_CONNECTOR, connector_name(*connector));
        }
    }
    for (const std::uint32_t id : list(resources->crtcs, resources->count_crtcs)) {
        add(id, DRM_MODE_OBJECT_CRTC, text::format("CRTC {}", id));
    }
    for (const std::uint32_t id : list(planes->planes, planes->count_planes)) {
        add(id, DRM_MODE_OBJECT_PLANE, text::format("plane {}", id));
    }
    return state;
}

const ObjectState* DisplayState::find(std::uint32_t object) const {
    const auto found = std::ranges::find(objects, object, &ObjectState::id);
    return found != objects.end() ? &*found : nullptr;
}

const Properties& DisplayState::properties(std::uint32_t object) const {
    const ObjectState* const found = find(object);
    if (found == nullptr) {
        throw std::runtime_error(text::format("the card has no object {} any more", object));
    }
    return found->properties;
}

std::uint64_t DisplayState::value(std::uint32_t object, const std::string& property) const {
    const ObjectState* const found = find(object);
    const Property* const value = found != nullptr ? found->properties.find(property) : nullptr;
    return value != nullptr ? value->value : 0;
}

std::vector<Assignment> changes_between(const DisplayState& now, const DisplayState& wanted) {
    std::vector<Assignment> changes;
    for_each_difference(
        now, wanted,
        [&changes](const ObjectState& object, const std::string&, const Property& today,
                   const Property& then) {
            changes.push_back({.object = object.id,
                               .property = today.id,
                               .value = then.blob ? 0 : then.value,
                               .blob = then.blob && !then.blob->empty() ? &*then.blob : nullptr});
        },
        [](const ObjectState&) {});
    return changes;
}

Reasons differences_between(const DisplayState& now, const DisplayState& wanted) {
    Reasons differences;
    for_each_difference(
        now, wanted,
        [&differences](const ObjectState& object, const std::string& name, const Property& today,
                       const Property& then) {
            differences.push_back(then.blob ? text::format("{}: {} has another content than before",
                                                           object.name, name)
                                            : text::format("{}: {} is {}, and was {}", object.name,
                                                           name, today.value, then.value));
        },
        [&differences](const ObjectState& object) {
            differences.push_back(text::format("{} is no longer there", object.name));
        });
    return differences;
}

FormerState::Restored FormerState::restore(const Card& card) const noexcept {
    Restored restored;
    try {
        const auto changes = changes_between(DisplayState::read(card), state_);
        restored.changed = !changes.empty();
        if (restored.changed) {
            AtomicRequest(card, changes)
                .commit(DRM_MODE_ATOMIC_ALLOW_MODESET, nullptr, "show what it showed before");
        }
    } catch (const std::exception& error) {
        restored.different.emplace_back(error.what());
    }
    try {
        for (std::string& sentence : differences_between(DisplayState::read(card), state_)) {
            restored.different.push_back(std::move(sentence));
        }
    } catch (const std::exception& error) {
        restored.different.emplace_back(error.what());
    }
    return restored;
}

} // namespace parallax::kms

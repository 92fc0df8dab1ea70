// SPDX-License-Identifier: MIT
#include "parallax/kms/plane_formats.hpp"

#include "parallax/kms/handles.hpp"
#include "parallax/kms/properties.hpp"
#include "parallax/system_call.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <span>

namespace parallax::kms {
namespace {

void add(std::vector<PlaneFormat>& formats, std::uint32_t fourcc, std::uint64_t modifier) {
    auto format = std::ranges::find(formats, fourcc, &PlaneFormat::fourcc);
    if (format == formats.end()) {
        format = formats.insert(format, {.fourcc = fourcc, .modifiers = {}});
    }
    if (!std::ranges::contains(format->modifiers, modifier)) {
        format->modifiers.push_back(modifier);
    }
}

/// @param in_formats the id of the property's blob.
void add_pairs(const Card& card, std::uint64_t in_formats, std::vector<PlaneFormat>& formats) {
    const PropertyBlobPtr blob(
        drmModeGetPropertyBlob(card.fd(), static_cast<std::uint32_t>(in_formats)));
    if (!blob) {
        throw_errno(card.driver() + " does not tell the formats of a plane");
    }
    drmModeFormatModifierIterator pair{};
    while (drmModeFormatModifierBlobIterNext(blob.get(), &pair)) {
        add(formats, pair.fmt, pair.mod);
    }
}

} // namespace

std::vector<PlaneFormat> primary_plane_formats(const Card& card) {
    const PlaneResourcesPtr planes(drmModeGetPlaneResources(card.fd()));
    if (!planes) {
        throw_errno(card.driver() + " does not tell its planes");
    }
    std::vector<PlaneFormat> formats;
    for (const std::uint32_t id : std::span(planes->planes, planes->count_planes)) {
        const Properties properties(card, id, DRM_MODE_OBJECT_PLANE);
        const PlanePtr plane(drmModeGetPlane(card.fd(), id));
        if (!plane || properties.value("type") != DRM_PLANE_TYPE_PRIMARY) {
            continue;
        }
        const Property* const in_formats = properties.find("IN_FORMATS");
        if (card.takes_modifiers() && in_formats != nullptr && in_formats->value != 0) {
            add_pairs(card, in_formats->value, formats);
            continue;
        }
        for (const std::uint32_t fourcc : std::span(plane->formats, plane->count_formats)) {
            add(formats, fourcc, DRM_FORMAT_MOD_LINEAR);
        }
    }
    return formats;
}

} // namespace parallax::kms

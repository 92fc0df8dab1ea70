// SPDX-License-Identifier: MIT
#include "probe/modifier_groups.hpp"

#include <drm_fourcc.h>

#include <algorithm>

namespace parallax::demo {
namespace {

ModifierGroup& group_of(std::vector<ModifierGroup>& groups, std::uint64_t modifier) {
    const auto known = std::ranges::find(groups, modifier, &ModifierGroup::modifier);
    if (known != groups.end()) {
        return *known;
    }
    const auto place = modifier == DRM_FORMAT_MOD_LINEAR ? groups.begin() : groups.end();
    return *groups.insert(place, {.modifier = modifier, .rows = {}});
}

} // namespace

std::vector<ModifierGroup> modifier_groups(std::span<const ModifierReport> formats) {
    constexpr VkFormatFeatureFlags shown =
        VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT | VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT;
    std::vector<ModifierGroup> groups;
    for (const ModifierReport& format : formats) {
        for (ModifierAnswer answer : format.answers) {
            answer.features &= shown;
            std::vector<ModifierRow>& rows = group_of(groups, answer.modifier).rows;
            const auto same = std::ranges::find(rows, answer, &ModifierRow::answer);
            if (same != rows.end()) {
                same->formats.push_back(format.name);
            } else {
                rows.push_back({.answer = answer, .formats = {format.name}});
            }
        }
    }
    return groups;
}

} // namespace parallax::demo

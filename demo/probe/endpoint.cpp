// SPDX-License-Identifier: MIT
#include "probe/endpoint.hpp"

#include "machine/machine.hpp"
#include "probe/machine_report.hpp"
#include "process/exit_status.hpp"

#include "offscreen/context.hpp"
#include "parallax/image/format.hpp"
#include "parallax/kms/card_answers.hpp"
#include "parallax/kms/plane_formats.hpp"
#include "parallax/text.hpp"
#include "parallax/v4l2/device_formats.hpp"

#include <drm_fourcc.h>

#include <algorithm>

namespace parallax::demo {
namespace {

/// By its node or its driver, as Card::open() takes it.
bool names_display(const std::string& wish) {
    return wish.starts_with("/dev/dri/") ||
           (!wish.empty() && std::ranges::contains(kms::card_drivers(), wish));
}

std::expected<Endpoint, Reasons> ask_display(const std::string& wish, Direction direction) {
    if (direction == Direction::from) {
        throw UsageError(text::format(
            "--between: {} is a display, which can only take pictures; name it second", wish));
    }
    const auto card = kms::Card::open(wish);
    if (!card) {
        return std::unexpected(card.error());
    }
    Endpoint endpoint{.name =
                          text::format("{} ({}), primary planes", card->path(), card->driver())};
    for (const kms::PlaneFormat& format : kms::primary_plane_formats(*card)) {
        if (find_format(format.fourcc) != nullptr) {
            endpoint.formats.push_back({.fourcc = format.fourcc, .modifiers = format.modifiers});
        }
    }
    return endpoint;
}

std::expected<Endpoint, Reasons> ask_video_device(const std::string& node, Direction direction) {
    const auto device = v4l2::ask_formats(node);
    if (!device) {
        return std::unexpected(Reasons{device.error()});
    }
    Endpoint endpoint{.name = text::format("{} ({}, {})", node, device->name, device->driver)};
    for (const std::uint32_t fourcc :
         direction == Direction::from ? device->captured : device->taken) {
        endpoint.formats.push_back({.fourcc = fourcc, .modifiers = {DRM_FORMAT_MOD_LINEAR}});
    }
    if (endpoint.formats.empty()) {
        return std::unexpected(
            Reasons{text::format("{} {} none of the formats that parallax knows", endpoint.name,
                                 direction == Direction::from ? "captures" : "takes")});
    }
    return endpoint;
}

ModifiersOfFormat ask_format(const Importer& importer, std::uint32_t fourcc, Direction direction) {
    ModifiersOfFormat format{.fourcc = fourcc};
    for (const ModifierAnswer& answer : ask_modifiers(importer, fourcc)) {
        if (direction == Direction::from ? answer.exportable() : answer.importable()) {
            format.modifiers.push_back(answer.modifier);
            if (answer.modifier == DRM_FORMAT_MOD_LINEAR && !format_of(fourcc).is_ycbcr) {
                format.alignment =
                    find_linear_alignment(importer, {.extent = probed_extent, .fourcc = fourcc});
            }
        }
    }
    return format;
}

std::expected<Endpoint, Reasons> ask_gpu(const std::string& wish, Direction direction) {
    const auto instance = Instance::create({});
    if (!instance) {
        return std::unexpected(instance.error());
    }
    require_known_device(*instance, wish, "--between");
    const auto context = Context::open(*instance, wish);
    if (!context) {
        return std::unexpected(context.error());
    }
    const DeviceFacts& facts = (*context)->facts();
    if (!facts.modifiers) {
        return std::unexpected(Reasons{text::format(
            "{} has no VK_EXT_image_drm_format_modifier, so it lists no modifiers; parallax "
            "probe shows how it imports linear pictures",
            facts.name)});
    }
    Endpoint endpoint{.name = facts.name};
    for (const Format& known : formats()) {
        ModifiersOfFormat format = ask_format((*context)->importer(), known.fourcc, direction);
        if (!format.modifiers.empty()) {
            endpoint.formats.push_back(std::move(format));
        }
    }
    return endpoint;
}

} // namespace

std::expected<Endpoint, Reasons> ask_endpoint(const std::string& wish, Direction direction) {
    if (names_display(wish)) {
        return ask_display(wish, direction);
    }
    if (wish.starts_with('/')) {
        return ask_video_device(wish, direction);
    }
    return ask_gpu(wish, direction);
}

} // namespace parallax::demo

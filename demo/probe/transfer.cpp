// SPDX-License-Identifier: MIT
#include "probe/transfer.hpp"

#include "report/wrapped.hpp"

#include "parallax/image/format.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace parallax::demo {
namespace {

const ModifiersOfFormat* find(const Endpoint& endpoint, std::uint32_t fourcc) {
    const auto found = std::ranges::find(endpoint.formats, fourcc, &ModifiersOfFormat::fourcc);
    return found != endpoint.formats.end() ? &*found : nullptr;
}

std::string names_of(const std::vector<std::uint64_t>& modifiers) {
    return joined(modifiers, "; ", modifier_name);
}

/// Powers of two, so the larger one is a multiple of both; or 0, if one of them accepts none.
std::uint64_t common_multiple(std::uint64_t a, std::uint64_t b) {
    return a == 0 || b == 0 ? 0 : std::max(a, b);
}

std::optional<LinearAlignment> common_alignment(const std::optional<LinearAlignment>& a,
                                                const std::optional<LinearAlignment>& b) {
    if (!a || !b) {
        return a ? a : b;
    }
    return LinearAlignment{.stride = common_multiple(a->stride, b->stride),
                           .offset = common_multiple(a->offset, b->offset)};
}

/// In the order of the device that gives.
std::vector<std::uint64_t> common_modifiers(const ModifiersOfFormat& from,
                                            const ModifiersOfFormat& to) {
    std::vector<std::uint64_t> common;
    std::ranges::copy_if(from.modifiers, std::back_inserter(common), [&](std::uint64_t modifier) {
        return std::ranges::contains(to.modifiers, modifier);
    });
    return common;
}

void add_format(const Endpoint& from, const Endpoint& to, std::uint32_t fourcc,
                Transfer& transfer) {
    const ModifiersOfFormat* const given = find(from, fourcc);
    const ModifiersOfFormat* const taken = find(to, fourcc);
    const std::string name = std::string(format_of(fourcc).name);
    if (given == nullptr || taken == nullptr) {
        std::string lacking = given == nullptr ? text::format("not given by {}", from.name) : "";
        if (taken == nullptr) {
            append(lacking, text::format("not taken by {}", to.name));
        }
        transfer.refused.push_back(text::format("{}: {}", name, lacking));
        return;
    }
    ModifiersOfFormat common{.fourcc = fourcc, .modifiers = common_modifiers(*given, *taken)};
    if (common.modifiers.empty()) {
        transfer.refused.push_back(
            text::format("{}: no modifier in common; {} gives {}, and {} takes {}", name, from.name,
                         names_of(given->modifiers), to.name, names_of(taken->modifiers)));
        return;
    }
    if (std::ranges::contains(common.modifiers, DRM_FORMAT_MOD_LINEAR)) {
        common.alignment = common_alignment(given->alignment, taken->alignment);
    }
    transfer.formats.push_back(std::move(common));
}

/// "LINEAR (stride a multiple of 256 bytes, offset of 4096)".
std::string text_of(std::uint64_t modifier, const std::optional<LinearAlignment>& alignment) {
    if (modifier != DRM_FORMAT_MOD_LINEAR || !alignment) {
        return modifier_name(modifier);
    }
    return text::format(
        "{} ({}, {})", modifier_name(modifier),
        alignment->stride > 0 ? text::format("stride a multiple of {} bytes", alignment->stride)
                              : "only a driver's own stride",
        alignment->offset > 0 ? text::format("offset of {}", alignment->offset) : "offset 0");
}

} // namespace

Transfer transfer_between(const Endpoint& from, const Endpoint& to,
                          std::optional<std::uint32_t> only) {
    Transfer transfer;
    if (only) {
        add_format(from, to, *only, transfer);
        return transfer;
    }
    for (const ModifiersOfFormat& format : from.formats) {
        add_format(from, to, format.fourcc, transfer);
    }
    for (const ModifiersOfFormat& format : to.formats) {
        if (find(from, format.fourcc) == nullptr) {
            add_format(from, to, format.fourcc, transfer);
        }
    }
    return transfer;
}

void print_text(const Endpoint& from, const Endpoint& to, const Transfer& transfer) {
    text::println("From {}\nto   {}", from.name, to.name);
    for (const ModifiersOfFormat& format : transfer.formats) {
        std::string start = text::format("  {:<14}  ", format_of(format.fourcc).name);
        for (const std::uint64_t modifier : format.modifiers) {
            text::print("{}", wrapped(start, text_of(modifier, format.alignment)));
            start.assign(start.size(), ' ');
        }
    }
    for (const std::string& reason : transfer.refused) {
        text::print("{}", wrapped("  no ", reason));
    }
}

void print_json(const Endpoint& from, const Endpoint& to, const Transfer& transfer) {
    nlohmann::ordered_json json{{"from", from.name},
                                {"to", to.name},
                                {"formats", nlohmann::ordered_json::array()},
                                {"refused", transfer.refused}};
    for (const ModifiersOfFormat& format : transfer.formats) {
        nlohmann::ordered_json row{{"format", format_of(format.fourcc).name}};
        for (const std::uint64_t modifier : format.modifiers) {
            row["modifiers"].push_back({{"modifier", text::format("{:#018x}", modifier)},
                                        {"name", modifier_name(modifier)}});
        }
        row["linear"] = nullptr;
        if (std::ranges::contains(format.modifiers, DRM_FORMAT_MOD_LINEAR)) {
            row["linear"] = {{"stride", nullptr}, {"offset", nullptr}};
        }
        if (format.alignment) {
            row["linear"] = {{"stride", format.alignment->stride},
                             {"offset", format.alignment->offset}};
        }
        json["formats"].push_back(std::move(row));
    }
    text::println("{}", json.dump(2));
}

} // namespace parallax::demo

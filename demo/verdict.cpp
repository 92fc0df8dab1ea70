// SPDX-License-Identifier: MIT
#include "verdict.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <format>
#include <iterator>

namespace parallax::demo {
namespace {

std::string pixel_text(const Rgba8& pixel) {
    return std::format("#{:02x}{:02x}{:02x}{:02x}", pixel.r, pixel.g, pixel.b, pixel.a);
}

std::string modifier_text(std::uint64_t modifier) {
    return modifier == DRM_FORMAT_MOD_LINEAR ? "LINEAR" : std::format("0x{:x}", modifier);
}

std::string difference_text(const Difference& first) {
    return std::format("first at ({}, {}): {} against {}", first.x, first.y, pixel_text(first.left),
                       pixel_text(first.right));
}

nlohmann::ordered_json difference_json(const std::optional<Difference>& first) {
    if (!first) {
        return nullptr;
    }
    return {{"x", first->x},
            {"y", first->y},
            {"expected", pixel_text(first->left)},
            {"seen", pixel_text(first->right)}};
}

nlohmann::ordered_json synchronisation_json(const std::optional<Synchronisation>& turns) {
    if (!turns) {
        return nullptr;
    }
    return turns->name();
}

/// The first difference of the first check that has one.
std::optional<Difference> first_difference(const std::vector<Check>& checks) {
    for (const Check& check : checks) {
        if (check.result.first) {
            return check.result.first;
        }
    }
    return std::nullopt;
}

} // namespace

bool Verdict::agree() const {
    return !checks.empty() &&
           std::ranges::all_of(checks, [](const Check& check) { return check.result.equal(); });
}

std::uint64_t Verdict::compared() const {
    std::uint64_t sum = 0;
    for (const Check& check : checks) {
        sum += check.result.compared;
    }
    return sum;
}

std::uint64_t Verdict::different() const {
    std::uint64_t sum = 0;
    for (const Check& check : checks) {
        sum += check.result.different;
    }
    return sum;
}

std::string Verdict::headline() const {
    return std::format("{}: {} of {} pixels differ{}", agree() ? "same memory" : "DIFFERENT",
                       different(), compared(), decoy ? " (a decoy was imported)" : "");
}

std::string Verdict::text() const {
    std::string out = headline() + "\n";
    const auto line = [&out](std::string_view name, const std::string& value) {
        std::format_to(std::back_inserter(out), "  {:<10} {}\n", name, value);
    };
    line("exporter", exporter);
    line("device", std::format("{}, {}", device, driver));
    line("rung", rung);
    for (const std::string& reason : refused) {
        line("", std::format("not {}", reason));
    }
    if (synchronisation) {
        line("turns",
             std::format("{}{}{}", synchronisation->name(), synchronisation->by_fences ? "" : ": ",
                         synchronisation->why_not));
    }
    line("layout",
         std::format("{}x{} {}, modifier {}, stride {}, {} bytes in a buffer of {}",
                     layout.extent.width, layout.extent.height, layout.format->name,
                     modifier_text(layout.modifier), layout.stride, layout.size(), buffer_size));
    for (const Check& check : checks) {
        line(&check == checks.data() ? "checks" : "",
             std::format("{}: {} pixels, {} different", check.sentence, check.result.compared,
                         check.result.different));
        if (check.result.first) {
            line("", difference_text(*check.result.first));
        }
    }
    for (const std::string& reason : missing) {
        line("not seen", reason);
    }
    std::string times;
    for (const Step& step : steps) {
        std::format_to(std::back_inserter(times), "{}{} {:.1f}", times.empty() ? "" : ", ",
                       step.name, step.milliseconds);
    }
    line("time, ms", times);
    return out;
}

nlohmann::ordered_json Verdict::json() const {
    nlohmann::ordered_json checks_json = nlohmann::ordered_json::array();
    for (const Check& check : checks) {
        checks_json.push_back({{"name", check.name},
                               {"pixels_compared", check.result.compared},
                               {"pixels_different", check.result.different},
                               {"largest_difference", check.result.largest},
                               {"first_difference", difference_json(check.result.first)}});
    }
    nlohmann::ordered_json steps_json;
    for (const Step& step : steps) {
        steps_json[step.name] = step.milliseconds;
    }
    return {{"agree", agree()},
            {"exporter", exporter},
            {"device", device},
            {"driver", driver},
            {"rung", rung},
            {"refused", refused},
            {"synchronisation", synchronisation_json(synchronisation)},
            {"width", layout.extent.width},
            {"height", layout.extent.height},
            {"format", layout.format->name},
            {"modifier", layout.modifier},
            {"stride", layout.stride},
            {"offset", layout.offset},
            {"size", buffer_size},
            {"decoy", decoy},
            {"pixels_compared", compared()},
            {"pixels_different", different()},
            {"first_difference", difference_json(first_difference(checks))},
            {"missing", missing},
            {"checks", checks_json},
            {"milliseconds", steps_json}};
}

} // namespace parallax::demo

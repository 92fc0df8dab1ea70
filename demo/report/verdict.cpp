// SPDX-License-Identifier: MIT
#include "report/verdict.hpp"

#include "files/picture_file.hpp"
#include "files/write_file.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>

namespace parallax::demo {
namespace {

std::string pixel_text(const Rgba8& pixel) {
    return text::format("#{:02x}{:02x}{:02x}{:02x}", pixel.r, pixel.g, pixel.b, pixel.a);
}

std::string modifier_text(std::uint64_t modifier) {
    return modifier == DRM_FORMAT_MOD_LINEAR ? "LINEAR" : text::format("0x{:x}", modifier);
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

std::string texel_text(const std::vector<std::uint16_t>& samples) {
    return joined(samples, ", ", [](std::uint16_t sample) { return std::to_string(sample); });
}

std::string difference_text(const Difference& first) {
    if (!first.left_samples.empty()) {
        return text::format("first at ({}, {}), plane {}: ({}) was written, ({}) is read", first.x,
                            first.y, first.plane, texel_text(first.left_samples),
                            texel_text(first.right_samples));
    }
    return text::format("first at ({}, {}): {} was written, {} is read", first.x, first.y,
                        pixel_text(first.left), pixel_text(first.right));
}

/// ", in 3 checks of 256000", since the sum is more than a picture has.
std::string checks_text(const std::vector<Check>& checks) {
    if (checks.size() < 2) {
        return {};
    }
    const bool alike = std::ranges::all_of(checks, [&](const Check& check) {
        return check.result.compared == checks.front().result.compared;
    });
    return text::format(", in {} checks{}", checks.size(),
                        alike ? text::format(" of {}", checks.front().result.compared) : "");
}

bool shows_grey() {
    return ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

nlohmann::ordered_json difference_json(const std::optional<Difference>& first) {
    if (!first) {
        return nullptr;
    }
    if (!first->left_samples.empty()) {
        return {{"x", first->x},
                {"y", first->y},
                {"plane", first->plane},
                {"expected", first->left_samples},
                {"seen", first->right_samples}};
    }
    return {{"x", first->x},
            {"y", first->y},
            {"expected", pixel_text(first->left)},
            {"seen", pixel_text(first->right)}};
}

nlohmann::ordered_json diagnosis_json(const std::optional<Diagnosis>& diagnosis) {
    if (!diagnosis) {
        return nullptr;
    }
    return {{"kind", name_of(diagnosis->cause)},
            {"sentence", diagnosis->sentence},
            {"explained", diagnosis->explained}};
}

/// ", samples of 10 bits, 3 apart at most"
std::string depth_text(const Check& check) {
    std::string text;
    if (check.result.depth > 8) {
        text += text::format(", samples of {} bits", check.result.depth);
    }
    if (check.tolerance > 0) {
        text += text::format(", {} of 255 apart at most, {} allowed", check.result.largest,
                             check.tolerance);
    } else if (check.result.depth > 8 && check.result.largest > 0) {
        text += text::format(", {} apart at most", check.result.largest);
    }
    return text;
}

/// ", offset 0 of dma-buf 0", of each plane where there are several.
std::string planes_text(const ImageLayout& layout) {
    std::string text;
    for (std::size_t i = 0; layout.format().plane_count > 1 && i < layout.format().plane_count;
         ++i) {
        const PlaneLayout& plane = layout.planes.at(i);
        text += text::format(
            "{}plane {}: stride {} at {}{}", i == 0 ? "" : ", ", i, plane.stride, plane.offset,
            layout.in_one_buffer() ? "" : text::format(" of dma-buf {}", plane.buffer));
    }
    return text;
}

Check check_view(std::string name, std::string sentence, const SampledPicture& written,
                 const SampledPicture& seen, const ImageLayout& layout, const Picture* before,
                 std::uint32_t tolerance) {
    Check check{.name = std::move(name),
                .sentence = std::move(sentence),
                .result = tolerance > 0 ? compare(written.picture, seen.picture, tolerance)
                                        : compare(written, seen),
                .tolerance = tolerance};
    if (!layout.format().is_ycbcr) {
        check.diagnosis = diagnose(written.picture, layout, seen.picture, before);
    }
    return check;
}

nlohmann::ordered_json planes_json(const ImageLayout& layout) {
    nlohmann::ordered_json planes = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        planes.push_back({{"dma_buf", layout.planes.at(i).buffer},
                          {"offset", layout.planes.at(i).offset},
                          {"stride", layout.planes.at(i).stride}});
    }
    return planes;
}

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
    if (compared() == 0) {
        return "nothing was compared";
    }
    const char* const what = not_seen() ? "not seen" : agree() ? "same memory" : "DIFFERENT";
    return text::format("{}: {} of {} pixels differ{}{}", what, different(), compared(),
                        checks_text(checks), decoy ? " (with a decoy)" : "");
}

std::string Verdict::text(bool grey) const {
    const auto no_result = [grey](const std::string& words) {
        return grey ? "\x1b[90m" + words + "\x1b[0m" : words;
    };
    std::string out = (not_seen() ? no_result(headline()) : headline()) + "\n";
    const auto line = [&out](std::string_view name, const std::string& value) {
        out += text::format("  {:<10} {}\n", name, value);
    };
    for (const Fact& fact : facts) {
        line(fact.name, fact.value);
    }
    if (!counts.empty()) {
        line(counts.front().name, joined(counts, ", ", [](const Count& count) {
                 return text::format("{} {}", count.number, count.words);
             }));
    }
    for (const std::string& reason : refused) {
        line(&reason == refused.data() ? "refused" : "", reason);
    }
    line("layout", text::format("{}x{} {}, modifier {}, stride {}, {} bytes in a buffer of {}",
                                layout.extent.width, layout.extent.height, layout.format().name,
                                modifier_text(layout.modifier), layout.planes[0].stride,
                                layout.size(), buffer_size));
    if (const std::string planes = planes_text(layout); !planes.empty()) {
        line("planes", planes);
    }
    if (layout.format().is_ycbcr) {
        line("colour", colour_text(layout.colour()));
    }
    for (const Check& check : checks) {
        line(&check == checks.data() ? "checks" : "",
             text::format("{}: {} pixels, {} different{}", check.sentence, check.result.compared,
                          check.result.different, depth_text(check)));
        if (check.result.first) {
            line("", difference_text(*check.result.first));
        }
        if (check.diagnosis) {
            line("", check.diagnosis->sentence);
        }
    }
    for (const std::string& reason : missing) {
        line("not seen", reason);
    }
    if (not_seen()) {
        line("unseen", no_result("cannot be seen on this machine: " + unseen));
    }
    line("time, ms", joined(laps, ", ", [](const Lap& lap) {
             return text::format("{} {:.1f}", lap.name, lap.milliseconds);
         }));
    return out;
}

nlohmann::ordered_json Verdict::json() const {
    nlohmann::ordered_json checks_json = nlohmann::ordered_json::array();
    for (const Check& check : checks) {
        checks_json.push_back({{"name", check.name},
                               {"pixels_compared", check.result.compared},
                               {"pixels_different", check.result.different},
                               {"largest_difference", check.result.largest},
                               {"depth", check.result.depth},
                               {"allowed_difference", check.tolerance},
                               {"first_difference", difference_json(check.result.first)},
                               {"cause", diagnosis_json(check.diagnosis)}});
    }
    nlohmann::ordered_json times;
    for (const Lap& lap : laps) {
        times[lap.name] = lap.milliseconds;
    }
    nlohmann::ordered_json json{
        {"agree", compared() > 0 ? nlohmann::ordered_json(agree()) : nlohmann::ordered_json()}};
    for (const Fact& fact : facts) {
        json[fact.name] = fact.value;
    }
    for (const Count& count : counts) {
        json[count.name] = count.number;
    }
    json.update(
        {{"refused", refused},
         {"width", layout.extent.width},
         {"height", layout.extent.height},
         {"format", layout.format().name},
         {"modifier", layout.modifier},
         {"stride", layout.planes[0].stride},
         {"offset", layout.planes[0].offset},
         {"size", buffer_size},
         {"depth", layout.format().depth()},
         {"planes", planes_json(layout)},
         {"colour", layout.format().is_ycbcr ? nlohmann::ordered_json(colour_text(layout.colour()))
                                             : nlohmann::ordered_json()},
         {"decoy", decoy},
         {"unseen", not_seen() ? nlohmann::ordered_json(unseen) : nlohmann::ordered_json()},
         {"pixels_compared", compared()},
         {"pixels_different", different()},
         {"first_difference", difference_json(first_difference(checks))},
         {"missing", missing},
         {"checks", checks_json},
         {"milliseconds", times}});
    return json;
}

std::string difference_title(std::string_view of) {
    return text::format("{}, amplified 4 times", of.empty() ? "difference" : of);
}

ExitStatus finish(const Verdict& verdict, std::span<const TitledPicture> pictures,
                  const VerdictFiles& files, bool as_json) {
    const std::string json = verdict.json().dump(2) + "\n";
    text::print("{}", as_json ? json : verdict.text(shows_grey()));
    write_file(files.folder / files.json, json);
    std::string caption = verdict.headline();
    const auto explained = std::ranges::find_if(
        verdict.checks, [](const Check& check) { return check.diagnosis.has_value(); });
    if (explained != verdict.checks.end()) {
        caption += " - " + explained->diagnosis->sentence;
    } else {
        for (const Fact& fact : verdict.facts | std::views::take(3)) {
            caption += text::format(" - {} {}", fact.name, fact.value);
        }
    }
    if (!pictures.empty()) {
        save_png(contact_sheet(pictures, caption), files.folder / files.picture);
    }
    if (verdict.compared() == 0) {
        return ExitStatus::failed;
    }
    if (verdict.not_seen()) {
        return ExitStatus::unsupported;
    }
    return verdict.agree() ? ExitStatus::agree : ExitStatus::differ;
}

} // namespace parallax::demo

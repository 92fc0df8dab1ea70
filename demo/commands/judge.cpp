// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "options/pattern_options.hpp"
#include "pattern/judge.hpp"
#include "report/exit_status.hpp"
#include "report/verdict.hpp"
#include "scanout/screen_camera.hpp"

#include "files/picture_file.hpp"
#include "files/read_file.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cstddef>
#include <format>
#include <iterator>
#include <memory>
#include <optional>
#include <print>
#include <span>
#include <string>

namespace parallax::demo {
namespace {

struct JudgeOptions {
    std::string file;
    PatternOptions pattern;
    std::optional<Origin> at;
    std::uint32_t scale = 1;
    bool raw = false;
    bool exact = false;
    bool json = false;
};

/// "X,Y": where the pattern's corner is.
Origin parse_place(const std::string& text) {
    Origin origin;
    const char* const end = text.data() + text.size();
    const auto [comma, first] = std::from_chars(text.data(), end, origin.x);
    if (first == std::errc{} && comma != end && *comma == ',') {
        const auto [last, second] = std::from_chars(comma + 1, end, origin.y);
        if (second == std::errc{} && last == end) {
            return origin;
        }
    }
    throw CLI::ValidationError("--at",
                               std::format("'{}' is not a place; write X,Y as in 120,64", text));
}

/// Memory that someone else has written, read by the layout that is given.
Picture load_memory(const std::string& file, const ImageLayout& layout) {
    constexpr std::size_t largest = std::size_t{1} << 32U;
    const std::string content = read_file(file, largest);
    if (content.size() < layout.size()) {
        throw std::runtime_error(std::format(
            "{} has {} bytes; a pattern of {}x{} {}, stride {}, "
            "offset {} takes {}",
            file, content.size(), layout.extent.width, layout.extent.height, layout.format().name,
            layout.planes[0].stride, layout.planes[0].offset, layout.size()));
    }
    return read_pixels(layout, std::as_bytes(std::span(content)));
}

/// Loads the picture that was seen.
/// @throws UsageError when the file cannot be read, or does not hold it.
Picture load_seen(const JudgeOptions& options) try {
    return options.raw ? load_memory(options.file, options.pattern.resolve().layout)
                       : without_alpha(load_picture(options.file));
} catch (const std::runtime_error& error) {
    throw UsageError(error.what());
}

/// "300 (50 codes), 299 (70 codes)"
std::string numbers_of(std::span<const SeenFrame> frames) {
    return joined(frames, ", ", [](const SeenFrame& frame) {
        return std::format("{} ({} codes)", frame.number, frame.codes);
    });
}

std::string text_of(const Ruling& ruling) {
    std::string out = ruling.headline() + "\n";
    const auto line = [&out](std::string_view name, const std::string& value) {
        std::format_to(std::back_inserter(out), "  {:<10} {}\n", name, value);
    };
    if (!ruling.pattern) {
        line("", "no code of a pattern can be read; to compare nevertheless, state --size, and "
                 "--frame, --format, --stride, --offset and --at where they are not the default");
        return out;
    }
    line("pattern", describe(*ruling.pattern));
    line("seen", std::format("at ({}, {}){}", ruling.origin.x, ruling.origin.y,
                             ruling.origin.scale == 1
                                 ? ""
                                 : std::format(", {} times as large", ruling.origin.scale)));
    if (!ruling.frames.empty()) {
        line("frames", numbers_of(ruling.frames));
    }
    if (ruling.comparison.first) {
        line("", difference_text(*ruling.comparison.first));
    }
    if (ruling.diagnosis) {
        line("cause", ruling.diagnosis->sentence);
    }
    return out;
}

nlohmann::ordered_json json_of(const Ruling& ruling) {
    nlohmann::ordered_json frames = nlohmann::ordered_json::array();
    for (const SeenFrame& frame : ruling.frames) {
        frames.push_back({{"number", frame.number}, {"codes", frame.codes}});
    }
    nlohmann::ordered_json json{{"agree", ruling.same()}, {"pattern", nullptr}};
    if (ruling.pattern) {
        json["pattern"] = json_of(*ruling.pattern);
    }
    json.update({{"x", ruling.origin.x},
                 {"y", ruling.origin.y},
                 {"scale", ruling.origin.scale},
                 {"frames", frames},
                 {"pixels_compared", ruling.comparison.compared},
                 {"pixels_different", ruling.comparison.different},
                 {"largest_difference", ruling.comparison.largest},
                 {"colours_changed", ruling.colours_changed.has_value()},
                 {"first_difference", difference_json(ruling.comparison.first)},
                 {"cause", diagnosis_json(ruling.diagnosis)}});
    return json;
}

ExitStatus judge_file(const JudgeOptions& options) {
    Expectation expectation{
        .frame = options.pattern.frame, .at = options.at, .exact = options.exact};
    if (options.raw || options.pattern.size) {
        expectation.layout = options.pattern.resolve().layout;
    }
    if (expectation.at) {
        expectation.at->scale = options.scale;
    }
    const Ruling ruling = judge(load_seen(options), expectation);
    std::print("{}", options.json ? json_of(ruling).dump(2) + "\n" : text_of(ruling));
    return ruling.same() ? ExitStatus::agree : ExitStatus::differ;
}

} // namespace

void add_judge(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<JudgeOptions>();
    CLI::App* const command = program.add_subcommand(
        "judge",
        "Compare a screenshot of a test pattern (parallax pattern) with the original, and name the "
        "mistake");
    command
        ->add_option("FILE", options->file, "Screenshot, PNG or JPEG; with --raw, a file of memory")
        ->required();
    command->add_flag("--raw", options->raw,
                      "FILE is memory, to be read with --size, --format, --stride and --offset");
    options->pattern.add_to(*command,
                            "Number of the frame that must be seen; the newest one by default");
    CLI::Option* const at = command->add_option_function<std::string>(
        "--at", [options](const std::string& text) { options->at = parse_place(text); },
        "X,Y of the pattern's top left corner; it is searched for by default");
    command
        ->add_option(
            "--scale", options->scale,
            "With --at: the factor by which the pattern is enlarged, if no code can be read")
        ->check(CLI::Range(1U, largest_scale))
        ->capture_default_str()
        ->needs(at);
    command->add_flag(
        "--exact", options->exact,
        "Also report a slight change of colours, as by colour management, as a difference");
    command->add_flag("--json", options->json, "Print the verdict as JSON");
    command->footer(
        "Without --raw, size, format, stride and offset are read from the pattern itself.\nThe "
        "options for these are used only if no code of it can be read, and only with --size.\n"
        "Examples:\n"
        "  parallax judge screenshot.png            the pattern is somewhere in it\n"
        "  parallax judge screenshot.png --frame 7  frame 7 must be seen\n"
        "  parallax judge dump.raw --raw --size 640x400 --stride 2560");
    choose(*command, chosen, [options] { return judge_file(*options); });
}

} // namespace parallax::demo

// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "options/pattern_options.hpp"
#include "options/socket_options.hpp"
#include "pattern/judge.hpp"
#include "process/exit_status.hpp"
#include "report/verdict.hpp"
#include "sharing/seen_memory.hpp"

#include "files/picture_file.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace parallax::demo {
namespace {

struct JudgeOptions {
    std::string file;
    SocketOption socket;
    std::optional<int> fd;
    std::uint32_t wait = 0;
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
                               text::format("'{}' is not a place; write X,Y as in 120,64", text));
}

/// Loads a screenshot.
/// @throws UsageError when the file cannot be read.
Picture load_screenshot(const std::string& file) try {
    return load_picture(file);
} catch (const std::runtime_error& error) {
    throw UsageError(error.what());
}

/// Reads the pattern from the screenshot, memory, socket or fd that the options name.
SeenMemory see(const JudgeOptions& options) {
    if (options.fd) {
        return see_fd(*options.fd, options.pattern);
    }
    if (!options.socket.path.empty()) {
        return see_shared(options.socket.path, std::chrono::milliseconds(options.wait),
                          options.pattern);
    }
    if (options.file.empty()) {
        throw UsageError("FILE is required, or --socket, or --fd");
    }
    return options.raw ? see_file(options.file, options.pattern)
                       : SeenMemory{.picture = load_screenshot(options.file)};
}

/// "300 (50 codes), 299 (70 codes)"
std::string numbers_of(std::span<const SeenFrame> frames) {
    return joined(frames, ", ", [](const SeenFrame& frame) {
        return text::format("{} ({} codes)", frame.number, frame.codes);
    });
}

/// @param searched the place of the pattern was not given.
std::string text_of(const Ruling& ruling, const std::string& note, bool searched) {
    std::string out = ruling.headline() + "\n";
    const auto line = [&out](std::string_view name, const std::string& value) {
        out += text::format("  {:<10} {}\n", name, value);
    };
    if (!note.empty()) {
        line("note", note);
    }
    if (!ruling.pattern) {
        line("", "no code of a pattern can be read; to compare nevertheless, state --size, and "
                 "--frame, --format, --stride, --offset and --at where they are not the default");
        return out;
    }
    line("pattern", describe(*ruling.pattern));
    line("seen", ruling.place());
    if (!ruling.frames.empty()) {
        line("frames", numbers_of(ruling.frames));
    }
    if (ruling.comparison.first) {
        line("", difference_text(*ruling.comparison.first));
    }
    if (ruling.diagnosis) {
        line("cause", ruling.diagnosis->sentence);
        if (ruling.diagnosis->cause == Cause::unknown && searched) {
            line("", "a mistake may have moved what the pattern's place was found by; if its top "
                     "left corner is elsewhere, state --at X,Y");
        }
    }
    return out;
}

nlohmann::ordered_json json_of(const Ruling& ruling, const std::string& note) {
    nlohmann::ordered_json frames = nlohmann::ordered_json::array();
    for (const SeenFrame& frame : ruling.frames) {
        frames.push_back({{"number", frame.number}, {"codes", frame.codes}});
    }
    const nlohmann::ordered_json scale = ruling.scaling
                                             ? nlohmann::ordered_json(ruling.scaling->across.scale)
                                             : nlohmann::ordered_json(ruling.origin.scale);
    nlohmann::ordered_json json{{"agree", ruling.same()}, {"pattern", nullptr}};
    if (ruling.pattern) {
        json["pattern"] = json_of(*ruling.pattern);
    }
    json.update({{"x", ruling.origin.x},
                 {"y", ruling.origin.y},
                 {"scale", scale},
                 {"frames", frames},
                 {"pixels_compared", ruling.comparison.compared},
                 {"pixels_different", ruling.comparison.different},
                 {"largest_difference", ruling.comparison.largest},
                 {"colours_changed", ruling.colours_changed.has_value()},
                 {"first_difference", difference_json(ruling.comparison.first)},
                 {"cause", diagnosis_json(ruling.diagnosis)},
                 {"note", note.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(note)}});
    return json;
}

ExitStatus judge_seen(const JudgeOptions& options) {
    const SeenMemory seen = see(options);
    const bool is_memory = options.raw || options.fd || seen.written;
    Expectation expectation{.frame = options.pattern.frame,
                            .at = options.at,
                            .translucent = options.pattern.translucent,
                            .is_memory = is_memory,
                            .exact = options.exact};
    if (is_memory || options.pattern.size) {
        expectation.layout = seen.written ? seen.written : options.pattern.resolve().layout;
    }
    if (expectation.at) {
        expectation.at->scale = options.scale;
    }
    const Ruling ruling = judge(seen.picture, expectation);
    text::print("{}", options.json ? json_of(ruling, seen.note).dump(2) + "\n"
                                   : text_of(ruling, seen.note, !is_memory && !expectation.at));
    return ruling.same() ? ExitStatus::agree : ExitStatus::differ;
}

} // namespace

void add_judge(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<JudgeOptions>();
    CLI::App* const command = program.add_subcommand(
        "judge",
        "Compare a screenshot of a test pattern (parallax pattern) with the original, and name the "
        "mistake");
    CLI::Option* const file = command->add_option(
        "FILE", options->file, "Screenshot, PNG or JPEG; with --raw, a file of memory");
    CLI::Option* const socket =
        options->socket
            .add_to(*command, "--socket",
                    "Judge a dma-buf that another process shares over this Unix socket, such as "
                    "parallax pattern --share")
            ->excludes(file);
    command
        ->add_option("--fd", options->fd,
                     "Judge a dma-buf that the caller leaves open as this file descriptor")
        ->check(CLI::NonNegativeNumber)
        ->excludes(file)
        ->excludes(socket);
    command->add_option("--wait", options->wait, "With --socket: milliseconds to wait for a sharer")
        ->check(CLI::Range(0, 600'000))
        ->capture_default_str()
        ->needs(socket);
    command
        ->add_flag("--raw", options->raw,
                   "FILE is memory, to be read with --size, --format, --stride and --offset")
        ->needs(file);
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
        "Of a screenshot, size, format, stride and offset are read from the pattern itself.\nThe "
        "options for these are used only if no code of it can be read, and only with --size.\n"
        "Memory (--raw, --socket, --fd) is read with these options; with --socket, the sharer's "
        "values are the defaults.\n"
        "Examples:\n"
        "  parallax judge screenshot.png            the pattern is somewhere in it\n"
        "  parallax judge screenshot.png --frame 7  frame 7 must be seen\n"
        "  parallax judge dump.raw --raw --size 640x400 --stride 2560\n"
        "  parallax judge --socket /tmp/s           the dma-buf that pattern shares there");
    choose(*command, chosen, [options] { return judge_seen(*options); });
}

} // namespace parallax::demo

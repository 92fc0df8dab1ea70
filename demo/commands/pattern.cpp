// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "options/pattern_options.hpp"
#include "options/picture_options.hpp"
#include "options/socket_options.hpp"
#include "pattern/pattern.hpp"
#include "process/exit_status.hpp"
#include "sharing/offer.hpp"

#include "files/picture_file.hpp"
#include "files/write_file.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <strings.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo {
namespace {

constexpr std::uint64_t largest_file = std::uint64_t{1} << 32U; ///< of memory, bytes

struct PatternCommand {
    PatternOptions pattern;
    OfferOptions offer;
    std::filesystem::path out;
    SocketOption share;
    std::optional<PlanePlacement> placement;
    std::uint32_t frames = 1;
    bool json = false;
};

/// The pattern of a later frame; numbers begin again after 65535.
Pattern later(Pattern pattern, std::uint64_t by) {
    pattern.frame = static_cast<std::uint16_t>(pattern.frame + by);
    return pattern;
}

/// The memory from its start to the end of the last row, zero where there are no pixels; that of
/// several frames one behind the other.
void save_memory(const Pattern& first, std::uint32_t frames, const std::filesystem::path& file) {
    const std::uint64_t step = whole_rows(first.layout);
    std::vector<std::byte> memory(step * (frames - 1) + first.layout.size());
    for (std::uint32_t i = 0; i < frames; ++i) {
        write_pixels(draw_pattern(later(first, i)), first.layout,
                     std::span(memory).subspan(step * i));
    }
    write_file(file, {reinterpret_cast<const char*>(memory.data()), memory.size()});
}

/// Pictures that are named by the frame's number: 00007.png.
void save_pictures(const Pattern& first, std::uint32_t frames,
                   const std::filesystem::path& folder) {
    for (std::uint32_t i = 0; i < frames; ++i) {
        const Pattern pattern = later(first, i);
        save_png(pattern_as_written(pattern), folder / text::format("{:05}.png", pattern.frame));
    }
}

/// The kind of a file that was written.
struct Saved {
    std::string_view content; ///< for programs
    std::string text;         ///< for people
};

Saved save(const Pattern& pattern, const PatternCommand& options) {
    const std::filesystem::path& out = options.out;
    const bool is_png = ::strcasecmp(out.extension().c_str(), ".png") == 0;
    if (!out.has_filename() || std::filesystem::is_directory(out)) {
        save_pictures(pattern, options.frames, out);
        return {"pictures",
                text::format("{} picture{}", options.frames, options.frames == 1 ? "" : "s")};
    }
    if (is_png && options.frames > 1) {
        throw UsageError(text::format("--frames: {} holds one picture; name a folder, as in --out "
                                      "frames/, or a file of raw memory",
                                      out.string()));
    }
    if (is_png) {
        save_png(pattern_as_written(pattern), out);
        return {"picture", "a picture"};
    }
    const std::uint64_t step = whole_rows(pattern.layout);
    if (step * options.frames > largest_file) {
        throw UsageError(text::format("--frames: {} frames take {} bytes, and {} are the limit",
                                      options.frames, step * options.frames, largest_file));
    }
    save_memory(pattern, options.frames, out);
    return {"memory", options.frames == 1 ? "memory"
                                          : text::format("memory of {} frames, each of {} bytes",
                                                         options.frames, step)};
}

ExitStatus write_pattern(const PatternCommand& options) {
    if (options.out.empty()) {
        throw UsageError("--out is required, or --share");
    }
    const Pattern pattern = options.pattern.resolve();
    const Saved saved = save(pattern, options);
    const std::string file = printable(options.out.string());
    if (options.json) {
        nlohmann::ordered_json json{{"file", file}, {"content", saved.content}};
        json.update(json_of(pattern));
        json["frames"] = options.frames;
        text::println("{}", json.dump(2));
    } else {
        text::println("{}: {}, {}", file, saved.text, describe(pattern));
    }
    return ExitStatus::agree;
}

ExitStatus share_pattern(const PatternCommand& options) {
    Pattern pattern = options.pattern.resolve();
    if (options.placement == PlanePlacement::buffer_each) {
        for (std::uint32_t plane = 1; plane < pattern.layout.format().plane_count; ++plane) {
            pattern.layout.planes.at(plane).buffer = plane;
            pattern.layout.planes.at(plane).offset = 0;
        }
    }
    const Offer offer{
        .buffers = options.frames == 1 ? 1U : 2U,
        .frames = options.frames,
        .allocate =
            [&](Exporter& exporter) {
                return DrawnBuffer(exporter, pattern.layout, "parallax pattern");
            },
        .draw = [&](std::uint64_t sequence) { return draw_pattern(later(pattern, sequence)); }};
    return share_frames(options.offer, offer, options.share.path, options.json);
}

} // namespace

void add_pattern(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<PatternCommand>();
    CLI::App* const command = program.add_subcommand(
        "pattern", "Write a test pattern that describes itself, to test an importer of your own");
    options->pattern.add_to(*command, "Number of the (first) frame, 0 to 65535; 0 by default");
    CLI::Option* const out =
        command->add_option("--out", options->out,
                            "File to write: a picture if its name ends in .png, else the raw "
                            "memory; or a folder for pictures, as in frames/");
    CLI::Option* const share =
        options->share
            .add_to(
                *command, "--share",
                "Path of a Unix socket: draw the pattern into dma-bufs and send these to parallax "
                "view, judge or others that connect")
            ->excludes(out);
    add_planes_option(*command, options->placement)->needs(share);
    command->parse_complete_callback([options] {
        refuse_planes_of(format_of(options->pattern.fourcc.value_or(rgb_fourccs().front())),
                         options->placement);
    });
    command
        ->add_option("--frames", options->frames,
                     "Number of frames, which are numbered from --frame on: in a folder, in one "
                     "file of raw memory, or shared one after the other")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    options->offer.add_to(*command);
    command->add_flag("--json", options->json, "Print what was written as JSON");
    command->footer(
        "Examples:\n"
        "  parallax pattern --out pattern.png       a picture to show and to take a screenshot of\n"
        "  parallax pattern --size 1280x720 --format RGB565 --stride 2816 --out pattern.raw\n"
        "  parallax pattern --frames 100 --out frames/   00000.png to 00099.png\n"
        "  parallax pattern --share /tmp/s          as a dma-buf, for view and judge\n"
        "  parallax judge screenshot.png            compares what a program shows");
    choose(*command, chosen, [options] {
        return options->share.path.empty() ? write_pattern(*options) : share_pattern(*options);
    });
}

} // namespace parallax::demo

// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine/machine.hpp"
#include "options/picture_options.hpp"
#include "options/views_options.hpp"
#include "pictures.hpp"
#include "process/end_on_stop.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "wayland/connection.hpp"
#include "wayland/dmabuf.hpp"
#include "wayland/output.hpp"
#include "wayland/toplevel.hpp"

#include "exporters/exporters.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

struct PresentOptions {
    std::string exporter = "exporter";
    PictureOptions picture;
    std::string compositor;
    std::uint32_t buffers = 3;
    std::uint64_t frames = 0;
    bool fullscreen = false;
    bool json = false;
};

/// A dma-buf that the CPU draws in and the compositor reads.
struct Frame {
    DrawnBuffer drawn;
    std::unique_ptr<wayland::Buffer> handed_over;
};

/// Counts of the frames, and how the run ended.
struct Presented {
    std::uint64_t drawn = 0;
    std::uint64_t shown = 0;    ///< the compositor has asked for the next one
    std::uint64_t released = 0; ///< wl_buffer.release
};

/// The socket's name, for people.
std::string name_of(const PresentOptions& options) {
    const char* const display = std::getenv("WAYLAND_DISPLAY");
    return printable(!options.compositor.empty() ? options.compositor
                     : display != nullptr        ? display
                                                 : "wayland-0");
}

/// Formats that this program knows, with the compositor's modifiers.
nlohmann::ordered_json table_json(const wayland::DmabufTaker& taker) {
    nlohmann::ordered_json table = nlohmann::ordered_json::object();
    for (const wayland::FormatModifier& pair : taker.table()) {
        const Format* const format = find_format(pair.fourcc);
        table[format != nullptr ? std::string(format->name) : printable(fourcc_text(pair.fourcc))]
            .push_back(wayland::modifier_text(pair.modifier));
    }
    return table;
}

std::string table_text(const wayland::DmabufTaker& taker) {
    std::string text;
    std::uint64_t others = 0;
    const nlohmann::ordered_json table = table_json(taker);
    for (const auto& [name, modifiers] : table.items()) {
        if (find_format(name) == nullptr) {
            ++others;
            continue;
        }
        text +=
            text::format("  {:<10} {}\n", name, joined(modifiers.get<std::vector<std::string>>()));
    }
    return text::format("the compositor lists for dma-bufs (zwp_linux_dmabuf_v1, version {}):\n{}"
                        "  and {} formats that this program does not know\n",
                        taker.version(), text, others);
}

/// The members that the JSON of a run and of a refusal share.
nlohmann::ordered_json report_json(const PresentOptions& options, const ImageLayout& layout,
                                   const wayland::DmabufTaker& taker) {
    const auto modifier = taker.modifier_for(layout);
    return {{"exporter", printable(options.exporter)},
            {"compositor", name_of(options)},
            {"protocol_version", taker.version()},
            {"width", layout.extent.width},
            {"height", layout.extent.height},
            {"format", layout.format().name},
            {"modifier", modifier ? nlohmann::ordered_json(wayland::modifier_text(*modifier))
                                  : nlohmann::ordered_json()},
            {"table", table_json(taker)}};
}

ExitStatus refused(const PresentOptions& options, const ImageLayout& layout,
                   const wayland::DmabufTaker& taker, const Reasons& reasons) {
    if (options.json) {
        nlohmann::ordered_json json = report_json(options, layout, taker);
        json["taken"] = false;
        json["reasons"] = reasons;
        text::println("{}", json.dump(2));
    } else {
        text::print("{}", table_text(taker));
    }
    return unsupported("the compositor does not take this dma-buf", reasons);
}

std::uint64_t releases(const std::vector<Frame>& frames) {
    std::uint64_t all = 0;
    for (const Frame& frame : frames) {
        all += frame.handed_over->releases();
    }
    return all;
}

/// Draws and hands over frames: each when the compositor asks for it, in a buffer that it does not
/// read. When they are over, the window is closed, so that it releases the last one.
Presented present_frames(const PresentOptions& options, const Picture& picture,
                         const wayland::Connection& connection, wayland::Toplevel& window,
                         std::vector<Frame>& frames, const StopSignal& stop) {
    const Interrupt interrupt{.fd = stop.fd()};
    const auto is_free = [](const Frame& frame) { return !frame.handed_over->lent(); };
    Presented presented;
    const auto wanted = [&] {
        return !stop.raised() && !window.closed() &&
               (options.frames == 0 || presented.drawn < options.frames);
    };
    const auto wait_for_frame = [&] {
        const bool asked = connection.wait([&] { return window.may_draw() || window.closed(); },
                                           wayland::Connection::patience, interrupt);
        if (!asked && !stop.raised()) {
            throw std::runtime_error(
                text::format("the compositor has asked for no frame for {} after {} frames: is the "
                             "window hidden, or the screen off?",
                             wayland::Connection::patience, presented.shown));
        }
        presented.shown += asked && window.may_draw() && presented.drawn > 0 ? 1 : 0;
    };
    while (wanted()) {
        if (presented.drawn > 0) {
            wait_for_frame();
        }
        const bool free =
            connection.wait([&] { return std::ranges::any_of(frames, is_free) || window.closed(); },
                            wayland::Connection::patience, interrupt);
        if (!free && !stop.raised()) {
            throw std::runtime_error(
                text::format("the compositor has released none of {} buffers for {}", frames.size(),
                             wayland::Connection::patience));
        }
        if (!wanted()) {
            break;
        }
        Frame& frame = *std::ranges::find_if(frames, is_free);
        frame.drawn.paint(moved_picture(picture, presented.drawn));
        window.show(*frame.handed_over);
        ++presented.drawn;
    }
    if (presented.shown < presented.drawn && !window.closed() && !stop.raised()) {
        wait_for_frame();
    }
    window.close();
    connection.wait([&] { return std::ranges::all_of(frames, is_free); },
                    wayland::Connection::patience);
    presented.released = releases(frames);
    return presented;
}

ExitStatus present(const PresentOptions& options) {
    const Picture picture = options.picture.load();
    auto exporter = open_any_exporter(options.exporter);
    if (!exporter) {
        return unsupported("this machine cannot do it", exporter.error());
    }
    const StopSignal stop;
    std::optional<EndOnStop> end(std::in_place, stop); // nothing is shown yet
    const auto connection = wayland::Connection::open(options.compositor);
    if (!connection) {
        return unsupported("there is no compositor to present to", connection.error());
    }
    const auto taker = wayland::DmabufTaker::open(**connection);
    if (!taker) {
        return unsupported("this compositor cannot present a dma-buf", taker.error());
    }
    std::vector<Frame> frames;
    for (std::uint32_t i = 0; i < options.buffers; ++i) {
        auto drawn =
            options.picture.allocate(**exporter, picture.extent(), "parallax presented frame");
        if (!drawn) {
            return unsupported("this exporter has no memory for the picture", drawn.error());
        }
        if (!frames.empty() && drawn->buffer().inode() == frames.front().drawn.buffer().inode()) {
            return unsupported("this exporter gives the same memory each time",
                               {"present needs two buffers at least"});
        }
        auto handed_over = (*taker)->take(drawn->buffers(), drawn->layout());
        if (!handed_over) {
            return refused(options, drawn->layout(), **taker, handed_over.error());
        }
        frames.push_back({.drawn = *std::move(drawn), .handed_over = *std::move(handed_over)});
    }
    const ImageLayout layout = frames.front().drawn.layout();
    const auto outputs = wayland::find_outputs(**connection);
    const wayland::Output* full = nullptr;
    if (options.fullscreen) {
        const auto output = wayland::choose_output(outputs, layout.extent);
        if (!output) {
            return unsupported("no output can show this pixel by pixel", output.error());
        }
        full = *output;
    }
    const auto window = wayland::Toplevel::open(
        **connection, {.title = "parallax present", .extent = layout.extent, .full = full});
    if (!window) {
        return unsupported("this compositor opens no window", window.error());
    }
    if (!options.json) {
        text::println("presenting {} buffers, {}x{} {}, from {} at {}", options.buffers,
                      layout.extent.width, layout.extent.height, layout.format().name,
                      printable(options.exporter), name_of(options));
        std::fflush(stdout);
    }
    end.emplace(stop, EndOnStop::long_enough); // a compositor's GPU may hang
    const Presented presented =
        present_frames(options, picture, **connection, **window, frames, stop);
    if (options.json) {
        nlohmann::ordered_json json = report_json(options, layout, **taker);
        json["taken"] = true;
        json["buffers"] = options.buffers;
        json["frames_drawn"] = presented.drawn;
        json["frames_shown"] = presented.shown;
        json["buffers_released"] = presented.released;
        text::println("{}", json.dump(2));
    } else {
        text::println("the compositor took the dma-bufs: {} with the modifier {}",
                      layout.format().name,
                      wayland::modifier_text(*(*taker)->modifier_for(layout)));
        text::println("{} frames drawn, {} shown, {} released", presented.drawn, presented.shown,
                      presented.released);
    }
    return ExitStatus::agree;
}

} // namespace

void add_present(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<PresentOptions>();
    CLI::App* const command = program.add_subcommand(
        "present", "Draw frames by the CPU and hand the dma-bufs to a Wayland compositor");
    add_exporter_option(*command, options->exporter);
    options->picture.add_picture_to(*command, FormatChoice::all);
    add_compositor_option(*command, options->compositor);
    command
        ->add_option(
            "--buffers", options->buffers,
            "Number of buffers; one is drawn into again after the compositor has released it")
        ->check(CLI::Range(2, 16))
        ->capture_default_str();
    command
        ->add_option("--frames", options->frames,
                     "Number of frames; 0 means until Ctrl-C, or until the window is closed")
        ->capture_default_str();
    command->add_flag("--fullscreen", options->fullscreen, "Fill an output, instead of a window");
    command->add_flag("--json", options->json, "Print what happened as JSON, at the end");
    command->footer("Examples:\n"
                    "  parallax present                         until the window is closed\n"
                    "  parallax present --exporter udmabuf --frames 100 --json\n"
                    "  parallax present --format RGB565         says whether the compositor takes "
                    "it\n"
                    "No GPU but the compositor's is used.");
    choose(*command, chosen, [options] { return present(*options); });
}

} // namespace parallax::demo

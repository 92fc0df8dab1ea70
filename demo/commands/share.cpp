// SPDX-License-Identifier: MIT
#include "commands/share.hpp"

#include "exit_status.hpp"
#include "options/machine.hpp"
#include "options/picture_options.hpp"
#include "options/socket_option.hpp"
#include "process/stop_signal.hpp"
#include "views/moved_picture.hpp"

#include "parallax/fingerprint.hpp"
#include "parallax/frame_sharer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <format>
#include <memory>
#include <print>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct ShareOptions {
    std::string exporter = "exporter";
    PictureOptions picture;
    SocketOption socket;
    std::uint32_t buffers = 2;
    std::uint64_t frames = 0;
    std::uint32_t interval = 40;
    std::uint32_t patience = 10'000;
    bool json = false;
};

/// What has happened: said at once, or kept for the end.
class Events {
public:
    explicit Events(bool kept) : kept_(kept) {}

    void add(const std::vector<std::string>& events) {
        for (const std::string& event : events) {
            if (kept_) {
                all_.push_back(event);
            } else {
                std::println("{}", event);
            }
        }
        std::fflush(stdout);
    }

    [[nodiscard]] const std::vector<std::string>& all() const { return all_; }

private:
    bool kept_;
    std::vector<std::string> all_;
};

/// How long until @p due; at least one millisecond, so that a loop that waits for it is not busy.
milliseconds until(Clock::time_point due) {
    return std::max(std::chrono::ceil<milliseconds>(due - Clock::now()), milliseconds(1));
}

/// Draws frame after frame, each into a buffer that nobody looks at, as long as there are viewers.
/// @return how many.
std::uint64_t share_frames(const ShareOptions& options, const Picture& picture,
                           std::span<DrawnBuffer> buffers, FrameSharer& sharer,
                           const StopSignal& stop, Events& events) {
    const auto patience = milliseconds(options.patience);
    const auto count = static_cast<std::uint32_t>(buffers.size());
    std::uint64_t sequence = 0;
    Clock::time_point due = Clock::now();
    Clock::time_point asked = due; // since when a free buffer has been wanted
    while (!stop.raised() && (options.frames == 0 || sequence < options.frames)) {
        const auto index = static_cast<std::uint32_t>(sequence % count);
        if (sharer.viewers() == 0) {
            events.add(sharer.serve(milliseconds(-1), stop.fd()));
            asked = Clock::now();
        } else if (Clock::now() < due) {
            events.add(sharer.serve(until(due), stop.fd()));
            asked = Clock::now();
        } else if (!sharer.is_free(index)) {
            events.add(
                Clock::now() - asked > patience
                    ? sharer.drop_holders(
                          index, std::format("kept a frame for more than {} ms", options.patience))
                    : sharer.serve(until(asked + patience), stop.fd()));
        } else {
            const Picture frame = moved_picture(picture, sequence);
            buffers[index].paint(frame);
            events.add(sharer.announce({.index = index,
                                        .sequence = sequence++,
                                        .fingerprint = fingerprint(buffers[index].view())}));
            due = Clock::now() + milliseconds(options.interval);
            asked = due;
        }
    }
    // The last frames are there until they have been looked at.
    for (std::uint32_t index = 0; index < count; ++index) {
        const Clock::time_point end = Clock::now() + patience;
        while (!stop.raised() && !sharer.is_free(index) && Clock::now() < end) {
            events.add(sharer.serve(until(end), stop.fd()));
        }
    }
    return sequence;
}

ExitStatus share(const ShareOptions& options) {
    const Picture picture = options.picture.load();
    auto exporter = open_exporter(options.exporter);
    if (!exporter) {
        return unsupported("this machine cannot do it", exporter.error());
    }
    const StopSignal stop;
    std::vector<DrawnBuffer> buffers;
    buffers.reserve(options.buffers);
    for (std::uint32_t i = 0; i < options.buffers; ++i) {
        buffers.emplace_back(**exporter, picture.extent(), *options.picture.format);
    }
    const std::filesystem::path path = options.socket.resolve();
    FrameSharer sharer(UnixListener(path), buffers);
    Events events(options.json);
    events.add({std::format("sharing {} buffers, {}x{} {}, from {} at {}", options.buffers,
                            picture.extent().width, picture.extent().height,
                            options.picture.format->name, options.exporter, path.string())});
    const std::uint64_t drawn = share_frames(options, picture, buffers, sharer, stop, events);
    if (options.json) {
        std::println("{}", nlohmann::ordered_json{{"exporter", options.exporter},
                                                  {"socket", path.string()},
                                                  {"buffers", options.buffers},
                                                  {"width", picture.extent().width},
                                                  {"height", picture.extent().height},
                                                  {"format", options.picture.format->name},
                                                  {"frames_drawn", drawn},
                                                  {"frames_looked_at", sharer.frames_done()},
                                                  {"events", events.all()}}
                               .dump(2));
    } else {
        events.add({std::format("{} frames drawn, {} looked at", drawn, sharer.frames_done())});
    }
    return ExitStatus::agree;
}

} // namespace

void add_share(CLI::App& program) {
    auto options = std::make_shared<ShareOptions>();
    CLI::App* const command = program.add_subcommand(
        "share", "Draw frames into dma-bufs and hand these to other processes: parallax view");
    add_exporter_option(*command, options->exporter);
    options->picture.add_picture_to(*command);
    options->socket.add_to(*command);
    command->add_option("--buffers", options->buffers, "Buffers to draw into in turn")
        ->check(CLI::Range(1, 16))
        ->capture_default_str();
    command
        ->add_option("--frames", options->frames,
                     "End after so many frames; 0 goes on until Ctrl-C")
        ->capture_default_str();
    command->add_option("--interval", options->interval, "Milliseconds between frames")
        ->check(CLI::Range(0, 60'000))
        ->capture_default_str();
    command
        ->add_option("--patience", options->patience,
                     "Milliseconds that a viewer may keep a frame before it is let go")
        ->check(CLI::Range(1, 600'000))
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print what happened as JSON, at the end");
    command->footer(
        "Examples:\n"
        "  parallax share                           until Ctrl-C, for any parallax view\n"
        "  parallax share --exporter udmabuf        without this project's module\n"
        "  parallax share --image photo.jpg --socket /tmp/s");
    command->callback([options] { throw CLI::RuntimeError(static_cast<int>(share(*options))); });
}

} // namespace parallax::demo

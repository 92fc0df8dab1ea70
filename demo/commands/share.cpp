// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine.hpp"
#include "options/picture_options.hpp"
#include "options/socket_options.hpp"
#include "pictures.hpp"
#include "process/end_on_stop.hpp"
#include "process/stop_signal.hpp"
#include "report/exit_status.hpp"
#include "report/failure.hpp"

#include "parallax/ipc/fingerprint.hpp"
#include "parallax/ipc/frame_sharer.hpp"
#include "parallax/printable.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
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
    AccessOptions access;
    std::uint32_t buffers = 2;
    std::uint64_t frames = 0;
    std::uint32_t interval = 40;
    std::uint32_t patience = 10'000;
    bool json = false;
};

/// Events: printed at once, or kept for the end, the latest if there are too many.
class Events {
public:
    static constexpr std::size_t most = 1000;

    explicit Events(bool kept) : kept_(kept) {}

    void add(const std::vector<std::string>& events) {
        for (const std::string& event : events) {
            if (kept_) {
                all_.push_back(event);
                if (all_.size() > most) {
                    all_.pop_front();
                }
            } else {
                std::println("{}", event);
            }
        }
        std::fflush(stdout);
    }

    [[nodiscard]] const std::deque<std::string>& all() const { return all_; }

private:
    bool kept_;
    std::deque<std::string> all_;
};

/// The time until @p due; at least one millisecond, so that a loop that waits for it is not busy.
milliseconds until(Clock::time_point due) {
    return std::max(std::chrono::ceil<milliseconds>(due - Clock::now()), milliseconds(1));
}

/// Draws frames, each into a buffer that no viewer holds, as long as there are viewers.
/// @return the number of frames.
std::uint64_t share_frames(const ShareOptions& options, const Picture& picture,
                           std::span<DrawnBuffer> buffers, FrameSharer& sharer,
                           const StopSignal& stop, Events& events) {
    const auto patience = milliseconds(options.patience);
    const auto count = static_cast<std::uint32_t>(buffers.size());
    std::uint64_t sequence = 0;
    Clock::time_point due = Clock::now();
    Clock::time_point asked = due; // start of the wait for a free buffer
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
                                        .fingerprint = fingerprint(buffers[index].cpu_view())}));
            due = Clock::now() + milliseconds(options.interval);
            asked = due;
        }
    }
    // Keep the last frames until the viewers are done with them.
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
    // Drawing waits for the fence of a viewer's GPU, which may hang.
    const EndOnStop in_the_end(stop, EndOnStop::long_enough);
    std::vector<DrawnBuffer> buffers;
    buffers.reserve(options.buffers);
    for (std::uint32_t i = 0; i < options.buffers; ++i) {
        buffers.emplace_back(**exporter, options.picture.layout(picture.extent()),
                             "parallax shared frame");
    }
    const std::filesystem::path path = options.socket.resolve();
    FrameSharer sharer(UnixListener(path, options.access.resolve()), buffers);
    const std::string exporter_name = printable(options.exporter);
    const std::string place = printable(path.string());
    Events events(options.json);
    events.add({std::format("sharing {} buffers, {}x{} {}, from {} at {}", options.buffers,
                            picture.extent().width, picture.extent().height,
                            format_of(options.picture.fourcc).name, exporter_name, place)});
    const std::uint64_t drawn = share_frames(options, picture, buffers, sharer, stop, events);
    if (options.json) {
        std::println("{}",
                     nlohmann::ordered_json{{"exporter", exporter_name},
                                            {"socket", place},
                                            {"buffers", options.buffers},
                                            {"width", picture.extent().width},
                                            {"height", picture.extent().height},
                                            {"format", format_of(options.picture.fourcc).name},
                                            {"dma_bufs", buffers.front().buffers().size()},
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

void add_share(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<ShareOptions>();
    CLI::App* const command = program.add_subcommand(
        "share", "Draw frames into dma-bufs and send these to other processes: parallax view");
    add_exporter_option(*command, options->exporter);
    options->picture.add_picture_to(*command, FormatChoice::all);
    options->socket.add_to(*command);
    options->access.add_to(*command);
    command
        ->add_option("--buffers", options->buffers, "Number of buffers, which are used in rotation")
        ->check(CLI::Range(1, 16))
        ->capture_default_str();
    command->add_option("--frames", options->frames, "Number of frames; 0 means until Ctrl-C")
        ->capture_default_str();
    command->add_option("--interval", options->interval, "Milliseconds between frames")
        ->check(CLI::Range(0, 60'000))
        ->capture_default_str();
    command
        ->add_option("--patience", options->patience,
                     "Milliseconds after which a viewer that keeps a frame is disconnected")
        ->check(CLI::Range(1, 600'000))
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print what happened as JSON, at the end");
    command->footer(
        "Examples:\n"
        "  parallax share                           until Ctrl-C, for any parallax view\n"
        "  parallax share --exporter udmabuf        without this project's module\n"
        "  parallax share --format YUV420 --planes each --colour 709-limited\n"
        "  parallax share --image photo.jpg --socket /tmp/s");
    choose(*command, chosen, [options] { return share(*options); });
}

} // namespace parallax::demo

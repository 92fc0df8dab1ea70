// SPDX-License-Identifier: MIT
#include "sharing/offer.hpp"

#include "machine/machine_options.hpp"
#include "process/end_on_stop.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "sharing/events.hpp"

#include "exporters/exporters.hpp"
#include "parallax/ipc/frame_sharing.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// The time until @p due; at least one millisecond, so that a loop that waits for it is not busy.
milliseconds until(Clock::time_point due) {
    return std::max(std::chrono::ceil<milliseconds>(due - Clock::now()), milliseconds(1));
}

/// Draws frames, each into a buffer that no viewer holds, as long as there are viewers.
/// @return the number of frames.
std::uint64_t draw_frames(const OfferOptions& options, const Offer& offer,
                          std::span<DrawnBuffer> buffers, FrameSharer& sharer,
                          const StopSignal& stop, Events& events) {
    const auto patience = milliseconds(options.patience);
    const auto count = static_cast<std::uint32_t>(buffers.size());
    std::uint64_t sequence = 0;
    Clock::time_point due = Clock::now();
    Clock::time_point asked = due; // start of the wait for a free buffer
    while (!stop.raised() && (offer.frames == 0 || sequence < offer.frames)) {
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
                          index, text::format("kept a frame for more than {} ms", options.patience))
                    : sharer.serve(until(asked + patience), stop.fd()));
        } else {
            buffers[index].paint(offer.draw(sequence));
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

} // namespace

void OfferOptions::add_to(CLI::App& command) {
    add_exporter_option(command, exporter);
    access.add_to(command);
    command.add_option("--interval", interval, "Milliseconds between frames")
        ->check(CLI::Range(0, 60'000))
        ->capture_default_str();
    command
        .add_option("--patience", patience,
                    "Milliseconds after which a viewer that keeps a frame is disconnected")
        ->check(CLI::Range(1, 600'000))
        ->capture_default_str();
}

ExitStatus share_frames(const OfferOptions& options, const Offer& offer,
                        const std::filesystem::path& socket, bool as_json) {
    auto exporter = open_any_exporter(options.exporter);
    if (!exporter) {
        return unsupported("this machine cannot do it", exporter.error());
    }
    const StopSignal stop;
    // Drawing waits for the fence of a viewer's GPU, which may hang.
    const EndOnStop in_the_end(stop, EndOnStop::long_enough);
    std::vector<DrawnBuffer> buffers;
    buffers.reserve(offer.buffers);
    for (std::uint32_t i = 0; i < offer.buffers; ++i) {
        auto buffer = offer.allocate(**exporter);
        if (!buffer) {
            return unsupported("this exporter has no memory for the picture", buffer.error());
        }
        buffers.push_back(*std::move(buffer));
    }
    if (buffers.size() > 1 && buffers[0].buffer().inode() == buffers[1].buffer().inode()) {
        return unsupported("this exporter gives the same memory each time", {"use --buffers 1"});
    }
    const ImageLayout& layout = buffers.front().layout();
    FrameSharer sharer(UnixListener(socket, options.access.resolve()), buffers);
    const std::string exporter_name = printable(options.exporter);
    const std::string place = printable(socket.string());
    Events events(as_json);
    events.add({text::format("sharing {} buffer{}, {}x{} {}, from {} at {}", offer.buffers,
                             offer.buffers == 1 ? "" : "s", layout.extent.width,
                             layout.extent.height, layout.format().name, exporter_name, place)});
    const std::uint64_t drawn = draw_frames(options, offer, buffers, sharer, stop, events);
    if (as_json) {
        text::println("{}", nlohmann::ordered_json{{"exporter", exporter_name},
                                                   {"socket", place},
                                                   {"buffers", offer.buffers},
                                                   {"width", layout.extent.width},
                                                   {"height", layout.extent.height},
                                                   {"format", layout.format().name},
                                                   {"dma_bufs", buffers.front().buffers().size()},
                                                   {"frames_drawn", drawn},
                                                   {"frames_looked_at", sharer.frames_done()},
                                                   {"events", events.all()}}
                                .dump(2));
    } else {
        events.add({text::format("{} frames drawn, {} looked at", drawn, sharer.frames_done())});
    }
    return ExitStatus::agree;
}

} // namespace parallax::demo

// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "options/picture_options.hpp"
#include "options/socket_options.hpp"
#include "pictures.hpp"
#include "process/exit_status.hpp"
#include "sharing/offer.hpp"

#include <memory>
#include <utility>

namespace parallax::demo {
namespace {

struct ShareOptions {
    OfferOptions offer;
    PictureOptions picture;
    SocketOption socket;
    std::uint32_t buffers = 2;
    std::uint64_t frames = 0;
    bool json = false;
};

ExitStatus share(const ShareOptions& options) {
    const Picture picture = options.picture.load();
    const Offer offer{
        .buffers = options.buffers,
        .frames = options.frames,
        .allocate =
            [&](Exporter& exporter) {
                return options.picture.allocate(exporter, picture.extent(),
                                                "parallax shared frame");
            },
        .draw = [&](std::uint64_t sequence) { return moved_picture(picture, sequence); }};
    return share_frames(options.offer, offer, options.socket.resolve(), options.json);
}

} // namespace

void add_share(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<ShareOptions>();
    CLI::App* const command = program.add_subcommand(
        "share", "Draw frames into dma-bufs and send these to other processes: parallax view");
    options->picture.add_picture_to(*command, FormatChoice::all);
    options->socket.add_to(*command);
    options->offer.add_to(*command);
    command
        ->add_option("--buffers", options->buffers, "Number of buffers, which are used in rotation")
        ->check(CLI::Range(1, 16))
        ->capture_default_str();
    command->add_option("--frames", options->frames, "Number of frames; 0 means until Ctrl-C")
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

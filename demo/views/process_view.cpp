// SPDX-License-Identifier: MIT
#include "views/other_views.hpp"

#include "process/child_process.hpp"
#include "process/temporary_folder.hpp"

#include "parallax/fingerprint.hpp"
#include "parallax/frame_sharer.hpp"

#include <format>
#include <vector>

namespace parallax::demo {

std::expected<Picture, Reasons> look_from_process(const Onlooker& onlooker) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    std::vector<DrawnBuffer> buffers;
    buffers.emplace_back(DmaBuf(onlooker.image.buffer().duplicate()), onlooker.image.layout());
    FrameSharer sharer(UnixListener(path), buffers);

    std::vector<std::string> arguments{"parallax",    "view",  "--socket",
                                       path.string(), "--out", folder.path().string()};
    if (!onlooker.device.device.empty()) {
        arguments.insert(arguments.end(), {"--device", onlooker.device.device});
    }
    if (onlooker.device.validate) {
        arguments.emplace_back("--validate");
    }
    // Its verdict is thrown away: only its picture counts.
    ChildProcess viewer("/proc/self/exe", std::move(arguments), ChildProcess::Output::thrown_away);
    bool announced = false;
    while (!viewer.ended()) {
        sharer.serve(std::chrono::milliseconds(20));
        if (!announced && sharer.viewers() > 0) {
            sharer.announce({.fingerprint = fingerprint(buffers.front().view())});
            announced = true;
        }
    }
    // 1 is "views differ": its picture tells where.
    if (viewer.status() != 0 && viewer.status() != 1) {
        return std::unexpected(
            Reasons{std::format("the other process ended with status {}", viewer.status())});
    }
    return load_picture(folder.path() / "process.png");
}

} // namespace parallax::demo

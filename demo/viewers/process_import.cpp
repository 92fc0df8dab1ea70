// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include "process/child_process.hpp"
#include "process/cleanup_process.hpp"
#include "process/temporary_folder.hpp"

#include "files/picture_file.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/ipc/frame_sharing.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <vector>

namespace parallax::demo {
namespace {

/// Time limit for rendering a picture: minutes for a large one without a GPU.
constexpr std::chrono::minutes patience(10);

class ProcessImportViewer final : public Viewer {
public:
    ProcessImportViewer(const DeviceOptions& device, Interrupt unwanted)
        : device_(device),
          unwanted_(unwanted) {}

    std::expected<void, Reasons> show(std::vector<DmaBuf> buffers,
                                      const ImageLayout& layout) override {
        buffers_.clear();
        buffers_.emplace_back(std::move(buffers), layout);
        return {};
    }

    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        const TemporaryFolder folder;
        // A socket's path is short, and the folder's may be long: the other process enters by this
        // one's fd.
        const UniqueFd entrance(::open(folder.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        const std::filesystem::path path =
            text::format("/proc/{}/fd/{}/socket", ::getpid(), entrance.get());
        FrameSharer sharer(UnixListener(path), buffers_);
        std::vector<std::string> arguments{"parallax",    "view",  "--socket",
                                           path.string(), "--out", folder.path().string()};
        if (!device_.device.empty()) {
            arguments.insert(arguments.end(), {"--device", device_.device});
        }
        if (device_.validate) {
            arguments.emplace_back("--validate");
        }
        // Its verdict is discarded: only its picture is used.
        ChildProcess viewer("/proc/self/exe", std::move(arguments),
                            ChildProcess::Output::thrown_away);
        const CleanupProcess cleanup([&] { folder.remove_after(viewer); });
        const auto end = std::chrono::steady_clock::now() + patience;
        bool announced = false;
        while (!viewer.ended() && !unwanted_.raised() && std::chrono::steady_clock::now() < end) {
            sharer.serve(std::chrono::milliseconds(20));
            if (!announced && sharer.viewers() > 0) {
                sharer.announce({.fingerprint = fingerprint(buffers_.front().cpu_view())});
                announced = true;
            }
        }
        if (!viewer.ended()) {
            return std::unexpected(
                Reasons{text::format("the other process had not ended when {}",
                                     unwanted_.raised() ? "this one was asked to stop"
                                                        : text::format("{} were over", patience))});
        }
        // 1 is "views differ": its picture is still of use.
        if (viewer.status() != 0 && viewer.status() != 1) {
            return std::unexpected(
                Reasons{text::format("the other process ended with status {}", viewer.status())});
        }
        write_pixels(load_picture(folder.path() / "process.png"),
                     rows_layout(Sight::picture, buffers_.front().layout()), rows);
        return {};
    }

private:
    const DeviceOptions& device_;
    Interrupt unwanted_;
    std::vector<DrawnBuffer> buffers_; // one, as FrameSharer takes them
};

} // namespace

std::unique_ptr<Viewer> open_process_import(const ViewerOptions& options, Interrupt unwanted) {
    return std::make_unique<ProcessImportViewer>(options.device, unwanted);
}

} // namespace parallax::demo

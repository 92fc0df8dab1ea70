// SPDX-License-Identifier: MIT
#pragma once

#include "process/child_process.hpp"
#include "viewers/viewer.hpp"

#include "parallax/dmabuf/mapping.hpp"
#include "parallax/ipc/unix_socket.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parallax::demo {

/// A viewer running in a child process; requests are asynchronous. The child receives the fds of
/// the dma-bufs over a Unix socket, reads on request, and returns the rows in shared memory.
///
/// Owns the child, which cleans up and exits when its socket is closed for any reason. Neither
/// ask() nor answer() waits, and neither allocates except for a new trouble().
class ViewerProcess {
public:
    /// Starts the child; to be called before any thread has been started.
    /// @throws std::system_error when the process cannot be created.
    ViewerProcess(const ViewerKind& kind, const ViewerOptions& options);
    ViewerProcess(const ViewerProcess&) = delete;
    ViewerProcess& operator=(const ViewerProcess&) = delete;
    ViewerProcess(ViewerProcess&&) = delete;
    ViewerProcess& operator=(ViewerProcess&&) = delete;
    ~ViewerProcess();

    [[nodiscard]] const ViewerKind& kind() const noexcept { return kind_; }

    /// Sets the memory to read; the child releases the former.
    /// @param buffers in the order of PlaneLayout::buffer.
    /// @throws std::system_error when there is no memory for the answers.
    void show(std::span<const DmaBuf> buffers, const ImageLayout& layout);

    /// Requests a picture, unless a request is pending or the viewer has refused this memory.
    /// @param version of the content, returned by answer().
    void ask(std::uint64_t version);

    /// The version of the last request, once for each picture that was read; rows() has the picture
    /// then, until the next ask(). Nothing while there is no new answer.
    [[nodiscard]] std::optional<std::uint64_t> answer();

    /// Waits for the next answer, or for @p unwanted.
    /// @param limit time limit; negative: none.
    void wait(Interrupt unwanted,
              std::chrono::milliseconds limit = std::chrono::milliseconds(-1)) const;

    /// The last picture, in the rows_layout() of the kind's sight.
    [[nodiscard]] std::span<const std::byte> rows() const noexcept { return answers_.get(); }

    /// True if it has a picture that no later answer has invalidated.
    [[nodiscard]] bool sees() const noexcept { return sees_; }
    /// One sentence why there is no picture; empty while there may be one.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
    /// True if the trouble is a failure, not a feature that this machine lacks.
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    /// True while the child runs.
    [[nodiscard]] bool alive() const noexcept { return process_.has_value(); }

    /// Kills the child, to test the effect of a crash.
    void kill() const noexcept;

private:
    void find_ending();

    const ViewerKind& kind_;
    std::optional<ChildProcess> process_; // nothing once it has ended
    std::optional<UnixSocket> socket_;
    MappedBytes answers_;      // shared with the child
    std::uint32_t memory_ = 0; // number of the present memory
    bool asked_ = false;
    bool hung_up_ = false;
    bool refused_ = false; // this memory
    bool sees_ = false;
    bool failed_ = false;
    std::string trouble_;
};

using Viewers = std::vector<std::unique_ptr<ViewerProcess>>;

} // namespace parallax::demo

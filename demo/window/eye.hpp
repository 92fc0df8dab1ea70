// SPDX-License-Identifier: MIT
#pragma once

#include "window/eye_kind.hpp"
#include "window/eye_messages.hpp"

#include "parallax/dma_buf.hpp"
#include "parallax/image_layout.hpp"
#include "parallax/unix_socket.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace parallax::demo {

/// Somebody else who looks at the memory, asked and never waited for: a Looker in a process of its
/// own. It gets the dma-buf's fd over a Unix socket, and looks whenever it is asked to. What it has
/// seen comes back in memory that both processes have.
///
/// Owns the process. That ends when its end of the socket closes, whatever closed it, and leaves
/// everything as it was before. Neither look() nor seen() waits, and none of them allocates unless
/// there is something new to say about what cannot be seen.
class Eye {
public:
    /// Starts the process; to be called before any thread has been started.
    /// @throws std::system_error when there can be no other process.
    Eye(const EyeKind& kind, const EyeOptions& options);
    Eye(const Eye&) = delete;
    Eye& operator=(const Eye&) = delete;
    Eye(Eye&&) = delete;
    Eye& operator=(Eye&&) = delete;
    ~Eye();

    [[nodiscard]] const EyeKind& kind() const noexcept { return kind_; }

    /// Hands over the memory to look at from now on; what was handed over before is let go.
    /// @throws std::system_error when no memory can be had for the answers.
    void show(const DmaBuf& buffer, const ImageLayout& layout);

    /// Asks it to look, unless it has yet to answer or has said that it cannot see this memory.
    /// @param turn comes back with the answer.
    void look(std::uint64_t turn);

    /// The turn that it was asked with, once for each time that it saw something; the rows are
    /// there then, and keep still until the next look(). Nothing as long as it has not answered.
    [[nodiscard]] std::optional<std::uint64_t> seen();

    /// What it has seen last, from the picture's first pixel to the last.
    [[nodiscard]] std::span<const std::byte> rows() const noexcept { return answers_.bytes(); }

    /// It has seen something, and nothing that it said since takes that back.
    [[nodiscard]] bool sees() const noexcept { return sees_; }
    /// Why it sees nothing, one sentence; empty as long as it may.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

    /// Its process, as long as it is there.
    [[nodiscard]] bool alive() const noexcept { return pid_ > 0; }

    /// Ends it as a crash would, to see the window go on without.
    void kill() const noexcept;

private:
    void find_ending();

    const EyeKind& kind_;
    pid_t pid_ = 0; // 0: it has ended, and nothing of it is left
    std::optional<UnixSocket> socket_;
    SharedRows answers_;
    std::uint32_t memory_ = 0; // counts what was handed over
    bool asked_ = false;
    bool hung_up_ = false;
    bool refused_ = false; // this memory
    bool sees_ = false;
    std::string trouble_;
};

} // namespace parallax::demo

// SPDX-License-Identifier: MIT
#pragma once

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

/// Another process that looks at the memory: it gets the dma-buf's fd over a Unix socket, maps it,
/// and reads it under SYNC whenever it is asked to. What it has read comes back in memory of its
/// own, so that this side never waits and never has to trust its own mapping.
///
/// Owns the process, which ends with it, at once; should this process be killed, the other one
/// ends too. Neither look() nor seen() waits, and none of them allocates unless the process ends.
class ProcessEye {
public:
    /// Starts the process; to be called before any thread has been started.
    /// @throws std::system_error when there can be no other process.
    ProcessEye();
    ProcessEye(const ProcessEye&) = delete;
    ProcessEye& operator=(const ProcessEye&) = delete;
    ProcessEye(ProcessEye&&) = delete;
    ProcessEye& operator=(ProcessEye&&) = delete;
    ~ProcessEye();

    /// Hands over the memory to look at from now on; what was handed over before is let go.
    /// @throws std::system_error when no memory can be had for the answers.
    void show(const DmaBuf& buffer, const ImageLayout& layout);

    /// Asks it to look, unless it has yet to answer. @param turn comes back with the answer.
    void look(std::uint64_t turn);

    /// The turn that it was asked with, once for each answer; the rows are there then, and keep
    /// still until the next look(). Nothing as long as it has not answered.
    [[nodiscard]] std::optional<std::uint64_t> seen();

    /// What it has read last, from the picture's first pixel to the last.
    [[nodiscard]] std::span<const std::byte> rows() const noexcept { return answers_.bytes(); }

    /// It is there. If not, ending() says what became of it.
    [[nodiscard]] bool alive() const noexcept { return pid_ > 0; }
    [[nodiscard]] const std::string& ending() const noexcept { return ending_; }

    /// Ends it as a crash would, to see the window go on without.
    void kill() const noexcept;

private:
    /// Memory that both processes have.
    class Answers {
    public:
        Answers() = default;
        /// @throws std::system_error.
        Answers(int fd, std::size_t size);
        Answers(const Answers&) = delete;
        Answers& operator=(const Answers&) = delete;
        Answers(Answers&&) = delete;
        Answers& operator=(Answers&& other) noexcept;
        ~Answers();

        [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {address_, size_}; }

    private:
        std::byte* address_ = nullptr;
        std::size_t size_ = 0;
    };

    [[noreturn]] static void serve(const UnixSocket& socket) noexcept;
    static void answer(const UnixSocket& socket);
    void find_ending();

    pid_t pid_ = 0; // 0: it has ended, and nothing of it is left
    std::optional<UnixSocket> socket_;
    Answers answers_;
    std::uint32_t memory_ = 0; // counts what was handed over
    bool asked_ = false;
    bool hung_up_ = false;
    std::string ending_;
};

} // namespace parallax::demo

// SPDX-License-Identifier: MIT
#pragma once

#include "program.hpp"
#include "support/call32.hpp"

#include "parallax/dmabuf/unique_fd.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace fuzz {

struct Tally {
    std::array<std::uint64_t, kinds> calls{};
    std::array<std::uint64_t, kinds> accepted{}; ///< of these, successful
    std::uint64_t narrow = 0;                    ///< of all, made as 32-bit calls
    std::uint64_t narrow_accepted = 0;
};

/// Runs programs, each with its own fds and mappings, which are removed afterwards. The process
/// must open its other files before.
class Sandbox {
public:
    /// @throws std::system_error, if there is no vgem too.
    Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;
    ~Sandbox() = default;

    void run(const Program& program);

    [[nodiscard]] const Tally& tally() const { return tally_; }

private:
    enum class Role : unsigned char { node, importer, card, buffer, socket, other };

    struct Held {
        parallax::UniqueFd fd;
        Role role;
    };

    struct Area {
        std::byte* address;
        std::size_t size;
    };

    long perform(const Call& call);
    long ioctl(const Call& call);
    long open_socket();
    long open_link(std::uint64_t number, int flags);
    long read_link(std::uint64_t number) const;
    long send(const Call& call);
    long receive(std::uint64_t number);
    long raw_ioctl(const Call& call, int fd, unsigned command, std::uint64_t argument);
    void* raw_mmap(const Call& call, std::byte* address, std::size_t size);
    void count_narrow(bool accepted);
    void adopt(unsigned long command, const std::byte* argument);
    int keep(int fd, Role role);
    [[nodiscard]] bool is_narrow(const Call& call) const { return call.narrow && has_calls32_; }
    [[nodiscard]] const Held* any(std::uint64_t number) const;
    [[nodiscard]] int any_fd(std::uint64_t number) const;
    [[nodiscard]] int any_fd(std::uint64_t number, Role role) const;
    [[nodiscard]] static Role role_for(unsigned command);
    [[nodiscard]] Area any_area(std::uint64_t number) const;

    std::string card_path_;
    bool has_calls32_;
    std::vector<Held> fds_;
    std::vector<Area> areas_;
    uapi::LowMemory memory_; ///< the target of pointers
    parallax::UniqueFd pipe_out_;
    parallax::UniqueFd pipe_in_;
    int first_free_ = -1;   ///< fds from here on are a program's
    bool lost_fd_ = false;  ///< the program may have an fd whose number is unknown
    uapi::LowMemory arena_; ///< the only place where mappings are made
    Tally tally_;
};

} // namespace fuzz

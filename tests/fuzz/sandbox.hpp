// SPDX-License-Identifier: MIT
#pragma once

#include "program.hpp"

#include "parallax/unique_fd.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace fuzz {

struct Tally {
    std::array<std::uint64_t, kinds> calls{};
    std::array<std::uint64_t, kinds> accepted{}; ///< of these, with a result that is no error
};

/// Runs programs, each with fds and mappings of its own, of which nothing is left after.
class Sandbox {
public:
    /// @throws std::system_error
    Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;
    ~Sandbox();

    void run(const Program& program);

    [[nodiscard]] const Tally& tally() const { return tally_; }

private:
    struct Area {
        std::byte* address;
        std::size_t size;
    };

    long perform(const Call& call);
    long ioctl(const Call& call);
    void adopt(unsigned long command, const std::byte* argument);
    [[nodiscard]] int any_fd(std::uint64_t number) const;
    [[nodiscard]] Area any_area(std::uint64_t number) const;

    std::vector<parallax::UniqueFd> fds_;
    std::vector<Area> areas_;
    std::vector<std::byte> memory_; ///< what pointers point into
    parallax::UniqueFd pipe_out_;
    parallax::UniqueFd pipe_in_;
    std::byte* arena_ = nullptr; ///< the only place where mappings are made
    Tally tally_;
};

} // namespace fuzz

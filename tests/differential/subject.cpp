// SPDX-License-Identifier: MIT
#include "subject.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <format>
#include <system_error>
#include <utility>
#include <vector>

namespace differential {
namespace {

sigjmp_buf before_access;
volatile int signal_code = 0;

void leave_access(int signal, siginfo_t* info, void*) {
    signal_code = info->si_code;
    ::siglongjmp(before_access, signal);
}

/// Takes the signals of a wrong access while it lives.
class Caught {
public:
    Caught() {
        struct sigaction action{};
        action.sa_sigaction = leave_access;
        action.sa_flags = SA_SIGINFO;
        ::sigaction(SIGSEGV, &action, &segv_);
        ::sigaction(SIGBUS, &action, &bus_);
    }
    Caught(const Caught&) = delete;
    Caught& operator=(const Caught&) = delete;
    ~Caught() {
        ::sigaction(SIGSEGV, &segv_, nullptr);
        ::sigaction(SIGBUS, &bus_, nullptr);
    }

private:
    struct sigaction segv_{};
    struct sigaction bus_{};
};

std::string signal_name(int signal) {
    return std::format("SIG{}, code {}", ::sigabbrev_np(signal), static_cast<int>(signal_code));
}

} // namespace

std::string outcome(long result) {
    return result == -1 ? ::strerrorname_np(errno) : std::to_string(result);
}

std::string outcome_of_fd(int fd) {
    return fd == -1 ? outcome(fd) : "an fd";
}

std::string outcome_of_map(const void* address) {
    return address == MAP_FAILED ? outcome(-1) : "mapped";
}

std::string digest(const std::byte* bytes, std::size_t size) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
    }
    const UniqueFd out(ends[0]);
    const UniqueFd in(ends[1]);
    std::vector<std::byte> part(page);
    std::uint64_t hash = 0xcbf29ce484222325U; // FNV-1a, of words
    std::uint64_t any_bit = 0;
    std::uint64_t every_bit = ~std::uint64_t{0};
    std::uint64_t first = 0;
    for (std::size_t at = 0; at < size;) {
        const ssize_t written = ::write(in.get(), bytes + at, std::min(size - at, part.size()));
        if (written <= 0) {
            return std::format("{} at {}", outcome(written), at);
        }
        const ssize_t got = ::read(out.get(), part.data(), static_cast<std::size_t>(written));
        if (got != written) {
            throw std::system_error(errno, std::generic_category(), "cannot read from a pipe");
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(got); i += sizeof(first)) {
            std::uint64_t word = 0;
            std::memcpy(&word, part.data() + i,
                        std::min(sizeof(word), static_cast<std::size_t>(got) - i));
            first = at == 0 && i == 0 ? word : first;
            any_bit |= word;
            every_bit &= word;
            hash = (hash ^ word) * 0x100000001b3U;
        }
        at += static_cast<std::size_t>(got);
    }
    return any_bit == every_bit ? std::format("{} bytes, all {:016x}", size, first)
                                : std::format("{} bytes, {:016x}", size, hash);
}

std::string load(const std::byte* at) {
    const Caught caught;
    if (const int signal = sigsetjmp(before_access, 1)) {
        return signal_name(signal);
    }
    const auto value = std::to_integer<unsigned>(*static_cast<const volatile std::byte*>(at));
    return std::format("{:#04x}", value);
}

std::string store(std::byte* at, std::byte value) {
    const Caught caught;
    if (const int signal = sigsetjmp(before_access, 1)) {
        return signal_name(signal);
    }
    *static_cast<volatile std::byte*>(at) = value;
    return "stored";
}

UniqueFd Subject::open(int flags) const {
    UniqueFd fd(::open(path_.c_str(), flags));
    if (!fd) {
        throw std::system_error(errno, std::generic_category(), "cannot open " + path_);
    }
    return fd;
}

UniqueFd Subject::allocate(std::size_t size, unsigned fd_flags) const {
    return uapi::allocate(open(), size, fd_flags);
}

void Subject::note(std::string name, std::string outcome) {
    steps_.push_back(
        {.name = std::move(name), .outcome = std::move(outcome), .ours = {}, .reason = {}});
}

void Subject::differs(std::string name, std::string outcome, std::string ours, std::string reason) {
    steps_.push_back({.name = std::move(name),
                      .outcome = std::move(outcome),
                      .ours = std::move(ours),
                      .reason = std::move(reason)});
}

void Subject::may_differ(std::string name, std::string outcome, std::string ours,
                         std::string reason) {
    differs(std::move(name), std::move(outcome), std::move(ours), std::move(reason));
    steps_.back().on_every_kernel = false;
}

} // namespace differential

// SPDX-License-Identifier: MIT
#include "coverage.hpp"

#include <linux/kcov.h>

#include <sys/ioctl.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>

namespace fuzz {
namespace {

constexpr std::size_t most_places = std::size_t{64} << 10;
constexpr std::size_t bytes = most_places * sizeof(std::uint64_t);

} // namespace

Coverage::Coverage() : file_(::open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC)) {
    if (!file_ || ::ioctl(file_.get(), KCOV_INIT_TRACE, most_places) != 0) {
        return;
    }
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
    if (memory == MAP_FAILED) {
        return;
    }
    if (::ioctl(file_.get(), KCOV_ENABLE, KCOV_TRACE_PC) != 0) {
        ::munmap(memory, bytes);
        return;
    }
    trace_ = static_cast<std::uint64_t*>(memory);
}

Coverage::~Coverage() {
    if (trace_ != nullptr) {
        ::ioctl(file_.get(), KCOV_DISABLE, 0);
        ::munmap(trace_, bytes);
    }
}

void Coverage::start() const {
    if (trace_ != nullptr) {
        std::atomic_ref(trace_[0]).store(0, std::memory_order_relaxed);
    }
}

bool Coverage::found_new() {
    if (trace_ == nullptr) {
        return false;
    }
    const std::uint64_t count = std::min<std::uint64_t>(
        std::atomic_ref(trace_[0]).load(std::memory_order_relaxed), most_places - 1);
    const std::size_t before = known_.size();
    known_.insert(trace_ + 1, trace_ + 1 + count);
    return known_.size() != before;
}

} // namespace fuzz

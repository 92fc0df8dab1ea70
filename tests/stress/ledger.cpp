// SPDX-License-Identifier: MIT
#include "ledger.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstdio>
#include <new>
#include <system_error>

namespace stress {

Ledger& Ledger::create() {
    void* memory =
        ::mmap(nullptr, sizeof(Ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "cannot share memory");
    }
    return *new (memory) Ledger;
}

void Ledger::report(const Place& place, const char* what) noexcept {
    if (!reported_.exchange(true)) {
        std::snprintf(sentence_.data(), sentence_.size(),
                      "worker %u, life %u, thread %u, operation %llu: %s", place.worker, place.life,
                      place.thread, static_cast<unsigned long long>(place.operation), what);
    }
}

} // namespace stress

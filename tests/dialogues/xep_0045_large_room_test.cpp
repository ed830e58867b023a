// SPDX-License-Identifier: MIT
// A room of 500: its times are printed, and a bound far above them fails.
#include "dialogues/xep_0045_play.h"

#include <chrono>

using namespace play;

namespace {

double seconds_of(const std::function<void()>& fn) {
    const auto begin = std::chrono::steady_clock::now();
    fn();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("DESIGN 5: 500 enter a room, one speaks, and all leave, each in the time that its stanzas take") {
    constexpr int count = 500;
    Stage stage;
    auto& romeo = stage.romeo();
    std::vector<TestClient*> clients;
    for (int i = 0; i < count; ++i) clients.push_back(&stage.connect("user" + std::to_string(i) + "@montague.example/desk"));
    const double entering = seconds_of([&] {
        for (int i = 0; i < count; ++i) clients[i]->sends("<presence to='" + room + "/u" + std::to_string(i) + "'>" + muc + "</presence>");
    });
    for (TestClient* client : clients) client->forget_received();
    romeo.forget_received();
    const double speaking = seconds_of([&] {
        for (int i = 0; i < 10; ++i) romeo.sends(say("<body>But soft</body>"));
    });
    for (TestClient* client : clients) {
        CHECK(client->has_received());
        client->forget_received();
    }
    const double leaving = seconds_of([&] {
        for (int i = 0; i < count; ++i) clients[i]->sends("<presence type='unavailable' to='" + room + "/u" + std::to_string(i) + "'/>");
    });
    MESSAGE("500 enter: " << entering << " s; 10 messages: " << speaking << " s; 500 leave: " << leaving << " s");
    CHECK(entering < 100);
    CHECK(speaking < 10);
    CHECK(leaving < 50);
}

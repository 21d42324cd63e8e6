/** Prose as models and people write it, for counting and cutting. */

export const ENGLISH = `A gateway that keeps its promises is mostly a matter of saying no early and clearly. When a request
arrives, the first question is not what the model will answer but whether anybody is there to be asked: a host may be
missing, it may be waiting for somebody to press a button, or it may simply be busy with sixteen other people. Each of these
deserves its own words. "Service unavailable" tells nobody anything; "no editor is connected, start the server named
so-and-so in it" can be acted on in ten seconds.

Streams are harder than whole answers, because the status line has left before the interesting part begins. What follows
must therefore be able to carry bad news as well as good: an error in the middle, a pause of five minutes, a reader who
closes the laptop on the train. We measured 0.8 ms for a short question and about 12.5 ms for a prompt of 200,000 bytes;
the rest was the model thinking, which nobody can shorten but everybody notices.

1. Write the headers as soon as the answer is certain to come.
2. Say something at least every ten seconds, even if it is only that nothing has happened yet.
3. Never invent a successful ending: clients believe it, and agents then loop for hours (127 requests in 75 s, in one case).

Finally, count what you spend. Estimates are fine as long as they are called estimates, and as long as they err on the side
that makes people tidy up too soon rather than too late.
`;

export const CHINESE = `网关最重要的品质是诚实。请求到来时，首先要弄清楚的不是模型会怎样回答，而是有没有人可以被询问：宿主程序可能没有启动，
可能正在等待用户点击“允许”，也可能正忙着处理另外十六个请求。每一种情况都应该有自己的说明，而不是千篇一律的“服务不可用”。

流式输出比一次性返回更难。状态行早已发出，真正有意义的内容却刚刚开始，所以后面的数据既要能传递好消息，也要能传递坏消息：
中途出错、长达五分钟的停顿、合上笔记本电脑离开的读者，都必须得到正确的处理。根据我们的测量，短问题只需要0.8毫秒，二十万字节的
提示词大约需要12.5毫秒，其余的时间都是模型在思考。

最后，请记录你消耗了多少词元。估算没有问题，只要明确说明这是估算，并且宁可偏高，不可偏低，这样用户会提前整理对话，而不是等到为时已晚。
`;

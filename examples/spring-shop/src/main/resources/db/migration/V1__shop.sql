create table product (
    id int primary key,
    name varchar(40) not null,
    price int not null,
    stock int not null check (stock >= 0)
);

create table orders (
    id bigint generated always as identity primary key,
    customer varchar(40) not null,
    product int not null references product (id),
    units int not null check (units > 0),
    courier varchar(40),
    delivery int,
    confirmed boolean not null default false
);

insert into product (id, name, price, stock) values
    (1, 'Assam', 650, 60),
    (2, 'Darjeeling', 1190, 40),
    (3, 'Gunpowder', 590, 80),
    (4, 'Lapsang Souchong', 890, 25),
    (5, 'Sencha', 980, 50);
